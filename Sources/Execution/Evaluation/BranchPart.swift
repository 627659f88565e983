import Columns

/// What one branch of a CASE or COALESCE contributes.
struct BranchPart {
  let branch: Int
  /// Values for all rows of the batch (`isWhole`), or only for the branch's rows, in order.
  let column: Column
  let isWhole: Bool

  /// The column that takes row `i` from the part of `branches[i]`; each branch with rows has a part.
  static func assemble(
    _ parts: [BranchPart], branches: [UInt32], branchCount: Int, type: DataType
  ) -> Column {
    if parts.allSatisfy(\.isWhole) {
      if type.physical == .double {
        return blend(parts, branches, type, zero: 0.0, wrap: Values.double) {
          if case .double(let values) = $0 { values } else { nil }
        }
      }
      if type.physical == .int64 {
        return blend(parts, branches, type, zero: Int64(0), wrap: Values.int64) {
          if case .int64(let values) = $0 { values } else { nil }
        }
      }
    }
    return gather(parts, branches: branches, branchCount: branchCount, type: type)
  }

  /// Any type: all parts one after the other, then picked from by row.
  private static func gather(
    _ parts: [BranchPart], branches: [UInt32], branchCount: Int, type: DataType
  ) -> Column {
    var bases = [UInt32](repeating: 0, count: branchCount)
    var steps = [UInt32](repeating: 0, count: branchCount)
    var follows = [Bool](repeating: false, count: branchCount)
    var columns: [Column] = []
    var base: UInt32 = 0
    for part in parts {
      bases[part.branch] = base
      if case .constant = part.column.form {
        columns.append(part.column.sliced(0..<1).flattened())
        base += 1
      } else {
        columns.append(part.column)
        base += UInt32(part.column.count)
        if part.isWhole { follows[part.branch] = true } else { steps[part.branch] = 1 }
      }
    }
    let index = [UInt32](capacity: branches.count) { out in
      for row in branches.indices {
        let branch = Int(branches[row])
        out.append(follows[branch] ? bases[branch] + UInt32(row) : bases[branch])
        bases[branch] += steps[branch]
      }
    }
    return Column.concatenated(columns, type: type).selected(Selection(index))
  }

  /// Numbers: one pass per branch that overwrites the branch's rows, none with a jump that depends on
  /// the data, since which branch a row takes can seldom be guessed.
  private static func blend<T: BitwiseCopyable>(
    _ parts: [BranchPart], _ branches: [UInt32], _ type: DataType, zero: T,
    wrap: ([T]) -> Values, unwrap: (Values) -> [T]?
  ) -> Column {
    // The last branch is usually that of most rows: its values are copied, the others written over.
    var base: [T]?
    if case .flat(let values, _)? = parts.last?.column.form { base = unwrap(values) }
    let baseBranch = base == nil ? nil : parts.last?.branch
    var result = base ?? [T](repeating: zero, count: branches.count)
    var mask: [Bool]?
    for part in parts {
      switch part.column.form {
      case .constant(let value):
        guard let value = unwrap(Column(type, values: [value]).flatValues)?.first,
          !part.column.isNull(0)
        else {
          clear(&mask, where: branches, are: part.branch)
          continue
        }
        overwrite(&result, where: branches, are: part.branch, with: value)
      case .flat(let values, let validity):
        if let present = validity.mask {
          write(present, over: &mask, where: branches, are: part.branch)
        }
        if part.branch != baseBranch, let values = unwrap(values) {
          overwrite(&result, where: branches, are: part.branch, with: values)
        }
      case .dictionary(let codes, let dictionary):
        if case .flat(_, let validity) = dictionary.values.form, let present = validity.mask {
          write(present, codes, over: &mask, where: branches, are: part.branch)
        }
        if let entries = unwrap(dictionary.values.flatValues) {
          overwrite(&result, where: branches, are: part.branch, with: entries, codes)
        }
      }
    }
    return Column(type, wrap(result), mask.map(Validity.init(checking:)) ?? .allPresent)
  }

  private static func overwrite<T: BitwiseCopyable>(
    _ result: inout [T], where branches: [UInt32], are branch: Int, with value: T
  ) {
    let wanted = UInt32(branch)
    let source = branches.span
    var out = result.mutableSpan
    guard out.count == source.count else { return }
    for row in source.indices { out[row] = source[row] == wanted ? value : out[row] }
  }

  private static func overwrite<T: BitwiseCopyable>(
    _ result: inout [T], where branches: [UInt32], are branch: Int, with values: [T]
  ) {
    let wanted = UInt32(branch)
    let source = branches.span
    let new = values.span
    var out = result.mutableSpan
    guard out.count == source.count, new.count == source.count else { return }
    for row in source.indices { out[row] = source[row] == wanted ? new[row] : out[row] }
  }

  private static func overwrite<T: BitwiseCopyable>(
    _ result: inout [T], where branches: [UInt32], are branch: Int, with entries: [T],
    _ codes: [UInt32]
  ) {
    let wanted = UInt32(branch)
    let source = branches.span
    let entry = entries.span
    let code = codes.span
    var out = result.mutableSpan
    guard out.count == source.count, code.count == source.count else { return }
    for row in source.indices {
      let new = entry[Int(code[row])]
      out[row] = source[row] == wanted ? new : out[row]
    }
  }

  private static func clear(_ mask: inout [Bool]?, where branches: [UInt32], are branch: Int) {
    overwrite(marking: &mask, branches.count) { mask in
      overwrite(&mask, where: branches, are: branch, with: false)
    }
  }

  private static func write(
    _ present: [Bool], over mask: inout [Bool]?, where branches: [UInt32], are branch: Int
  ) {
    overwrite(marking: &mask, branches.count) { mask in
      overwrite(&mask, where: branches, are: branch, with: present)
    }
  }

  private static func write(
    _ present: [Bool], _ codes: [UInt32], over mask: inout [Bool]?, where branches: [UInt32],
    are branch: Int
  ) {
    overwrite(marking: &mask, branches.count) { mask in
      overwrite(&mask, where: branches, are: branch, with: present, codes)
    }
  }

  /// Takes the mask out and back, so that it is not copied; without one, all rows are present.
  private static func overwrite(
    marking mask: inout [Bool]?, _ count: Int, _ body: (inout [Bool]) -> Void
  ) {
    var marks = mask ?? [Bool](repeating: true, count: count)
    mask = nil
    body(&marks)
    mask = marks
  }
}

extension Column {
  /// The stored values of a flat column; of another form, those of its flattened self.
  var flatValues: Values {
    if case .flat(let values, _) = form { return values }
    guard case .flat(let values, _) = flattened().form else { return .boolean([]) }
    return values
  }
}
