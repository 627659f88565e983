import Columns
import Kernels
import Planning

/// Conditions that a row must all meet. Each is asked only for the rows that met those before it.
final class ConjunctFilter {
  private struct Conjunct {
    let evaluation: Evaluation
    let isTotal: Bool
    let positions: [Int]
  }

  private let conjuncts: [Conjunct]
  /// Per conjunct, which entries of the last dictionary of answers are true.
  private var answers: [(dictionary: ColumnDictionary, passes: [Bool])?]

  init(_ conditions: [Expression], compiler: ExpressionCompiler) throws {
    // What cannot fail first: a later condition may rely on an earlier one, never the reverse.
    let ordered =
      conditions.filter(\.isTotal) + conditions.filter { !$0.isTotal }
    conjuncts = try ordered.map { condition in
      Conjunct(
        evaluation: try compiler.compile(condition), isTotal: condition.isTotal,
        positions: try condition.inputs.map(compiler.position))
    }
    answers = conjuncts.map { _ in nil }
  }

  /// The rows that meet all conditions; nil when all do.
  func rows(_ batch: Batch) throws -> Selection? {
    var kept: Selection?
    for (position, conjunct) in conjuncts.enumerated() {
      let open = kept?.count ?? batch.count
      if open == 0 { break }
      if let rows = kept, !(conjunct.isTotal && open * 2 > batch.count) {
        let part = narrowed(batch, rows, to: conjunct.positions)
        let hits = trueRows(try conjunct.evaluation.evaluate(part), conjunct: position)
        if hits.count < open { kept = Selection(hits.rows.map { rows.rows[Int($0)] }) }
      } else {
        let column = try conjunct.evaluation.evaluate(batch)
        if case .constant(let value) = column.form {
          if value == .boolean(true) { continue }
          return Selection([])
        }
        let hits = trueRows(column, conjunct: position)
        if hits.count == batch.count { continue }
        kept = kept.map { Self.intersection($0, hits) } ?? hits
      }
    }
    return kept
  }

  /// The batch with only the selected rows that match; nil when none does.
  func apply(_ batch: Batch) throws -> Batch? {
    guard let rows = try rows(batch) else { return batch }
    return rows.count == 0 ? nil : batch.selected(rows)
  }

  /// As `Selecting.trueRows`, remembering the answers for the entries of a dictionary.
  private func trueRows(_ column: Column, conjunct: Int) -> Selection {
    guard case .dictionary(let codes, let dictionary) = column.form,
      case .flat(.boolean(let values), let validity) = dictionary.values.form
    else { return Selecting.trueRows(column) }
    if let known = answers[conjunct], known.dictionary === dictionary {
      return Self.select(codes, known.passes)
    }
    var passes = values
    if let mask = validity.mask {
      for entry in passes.indices { passes[entry] = passes[entry] && mask[entry] }
    }
    answers[conjunct] = (dictionary, passes)
    return Self.select(codes, passes)
  }

  /// Writes every row and moves on only past those that pass, so that no branch depends on data.
  private static func select(_ codes: [UInt32], _ passes: [Bool]) -> Selection {
    var rows = [UInt32](repeating: 0, count: codes.count)
    var kept = 0
    let code = codes.span
    let pass = passes.span
    var out = rows.mutableSpan
    for row in code.indices {
      out[kept] = UInt32(truncatingIfNeeded: row)
      kept &+= pass[Int(code[row])] ? 1 : 0
    }
    rows.removeLast(codes.count - kept)
    return Selection(rows)
  }

  private func narrowed(_ batch: Batch, _ rows: Selection, to positions: [Int]) -> Batch {
    var columns = [Column](
      repeating: Column(.null, constant: .null, count: rows.count), count: batch.columns.count)
    for position in positions { columns[position] = batch.columns[position].selected(rows) }
    return Batch(columns, count: rows.count)
  }

  private static func intersection(_ a: Selection, _ b: Selection) -> Selection {
    var common: [UInt32] = []
    common.reserveCapacity(min(a.count, b.count))
    var i = 0
    var j = 0
    while i < a.count, j < b.count {
      let x = a.rows[i]
      let y = b.rows[j]
      if x == y { common.append(x) }
      if x <= y { i += 1 }
      if y <= x { j += 1 }
    }
    return Selection(common)
  }
}
