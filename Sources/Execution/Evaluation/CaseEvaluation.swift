import Columns
import Kernels

/// CASE: finds the branch of each row, asks each branch for its rows, and puts the answers together.
final class CaseEvaluation: Evaluation {
  /// The number of the branch, where all conditions depend on one column.
  var dispatch: Evaluation?
  private let conditions: [Evaluation]
  private let conditionsAreTotal: [Bool]
  /// One more than conditions.
  private let results: [Evaluation]
  private let resultsAreTotal: [Bool]
  /// The results as a dictionary, where all are constants.
  private let constants: ColumnDictionary?
  private var known: ColumnDictionary?
  private var branchOfCode: [UInt32] = []

  init(
    conditions: [Evaluation], conditionsAreTotal: [Bool], results: [Evaluation],
    resultsAreTotal: [Bool], type: DataType
  ) {
    self.conditions = conditions
    self.conditionsAreTotal = conditionsAreTotal
    self.results = results
    self.resultsAreTotal = resultsAreTotal
    let values = results.compactMap { ($0 as? LiteralEvaluation)?.value }
    constants =
      values.count == results.count ? ColumnDictionary(Column(type, values: values)) : nil
    super.init(type)
  }

  override func evaluate(_ batch: Batch) throws -> Column {
    let branches: [UInt32]
    if let dispatch {
      let numbers = try dispatch.evaluate(batch)
      if case .constant(.int64(let branch)) = numbers.form {
        return try results[Int(branch)].evaluate(batch)
      }
      branches = branchNumbers(numbers)
    } else {
      branches = try findBranches(batch)
    }
    if let constants { return Column(codes: branches, constants) }
    return try assemble(batch, branches)
  }

  private func branchNumbers(_ numbers: Column) -> [UInt32] {
    switch numbers.form {
    case .dictionary(let codes, let dictionary):
      if known !== dictionary {
        known = dictionary
        branchOfCode = dictionary.values.branchNumbers
      }
      let branchOfCode = branchOfCode
      return [UInt32](capacity: codes.count) { out in
        let table = branchOfCode.span
        let source = codes.span
        for row in source.indices { out.append(table[Int(source[row])]) }
      }
    case .flat, .constant: return numbers.flattened().branchNumbers
    }
  }

  private func findBranches(_ batch: Batch) throws -> [UInt32] {
    let otherwise = UInt32(conditions.count)
    var branches = [UInt32](repeating: otherwise, count: batch.count)
    var remaining: Selection?
    for (branch, condition) in conditions.enumerated() {
      let open = remaining?.count ?? batch.count
      if open == 0 { break }
      if conditionsAreTotal[branch] && open * 2 > batch.count {
        let hits = Selecting.trueRows(try condition.evaluate(batch))
        for row in hits.rows where branches[Int(row)] == otherwise {
          branches[Int(row)] = UInt32(branch)
        }
        if hits.count == 0 { continue }
      } else {
        let part = remaining.map(batch.selected) ?? batch
        let hits = Selecting.trueRows(try condition.evaluate(part))
        if hits.count == 0 { continue }
        for hit in hits.rows {
          branches[Int(remaining?.rows[Int(hit)] ?? hit)] = UInt32(branch)
        }
      }
      remaining = Selection(
        (0..<UInt32(batch.count)).filter { branches[Int($0)] == otherwise })
    }
    return branches
  }

  private func assemble(_ batch: Batch, _ branches: [UInt32]) throws -> Column {
    let occurs = Self.occurring(branches, of: results.count)
    if let only = occurs.firstIndex(of: true), occurs.lastIndex(of: true) == only {
      return try results[only].evaluate(batch)
    }
    var parts: [BranchPart] = []
    for (branch, result) in results.enumerated() where occurs[branch] {
      if resultsAreTotal[branch] {
        let column = try result.evaluate(batch)
        parts.append(BranchPart(branch: branch, column: column, isWhole: true))
      } else {
        var rows: [UInt32] = []
        for row in branches.indices where branches[row] == UInt32(branch) {
          rows.append(UInt32(row))
        }
        let column = try result.evaluate(batch.selected(Selection(rows)))
        parts.append(BranchPart(branch: branch, column: column, isWhole: false))
      }
    }
    return BranchPart.assemble(parts, branches: branches, branchCount: results.count, type: type)
  }

  /// Which branches some row takes.
  private static func occurring(_ branches: [UInt32], of count: Int) -> [Bool] {
    var occurs = [Bool](repeating: false, count: count)
    var marks = occurs.mutableSpan
    let source = branches.span
    for row in source.indices { marks[Int(source[row])] = true }
    return occurs
  }
}

extension Column {
  fileprivate var branchNumbers: [UInt32] {
    guard case .flat(.int64(let values), _) = form else { return [] }
    return values.map { UInt32(truncatingIfNeeded: $0) }
  }
}
