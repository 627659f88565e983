import Columns
import Kernels
import Planning

/// Conditions that a row must all meet. Each is asked only for the rows that met those before it.
final class ConjunctFilter {
  private struct Conjunct {
    let evaluation: Evaluation
    let isTotal: Bool
    /// Asked once per dictionary entry, so that asking for all rows costs nothing.
    let isLifted: Bool
    let positions: [Int]
  }

  private let conjuncts: [Conjunct]
  /// Per conjunct, which entries of the last dictionary of answers are true.
  private var answers: [(dictionary: ColumnDictionary, passes: [Bool])?]

  init(_ conditions: [Expression], compiler: ExpressionCompiler) throws {
    // What cannot fail first: a later condition may rely on an earlier one, never the reverse.
    let ordered =
      conditions.filter(\.isTotal) + conditions.filter { !$0.isTotal }
    conjuncts = try ordered.map { condition -> Conjunct in
      let evaluation = try compiler.compile(condition)
      return Conjunct(
        evaluation: evaluation, isTotal: condition.isTotal,
        isLifted: evaluation is LiftedEvaluation,
        positions: try condition.inputs.map(compiler.position))
    }
    answers = conjuncts.map { _ in nil }
  }

  /// The columns of a batch that the conditions look at, each once.
  var positions: [Int] { Array(Set(conjuncts.flatMap(\.positions))).sorted() }

  /// The rows that meet all conditions; nil when all do.
  func rows(_ batch: Batch) throws -> Selection? {
    var kept: Selection?
    for (position, conjunct) in conjuncts.enumerated() {
      let open = kept?.count ?? batch.count
      if open == 0 { break }
      if let rows = kept, !(conjunct.isTotal && (conjunct.isLifted || open * 2 > batch.count)) {
        let part = narrowed(batch, rows, to: conjunct.positions)
        let hits = trueRows(try conjunct.evaluation.evaluate(part), conjunct: position)
        if hits.count < open { kept = Selection(hits.rows.map { rows.rows[Int($0)] }) }
        continue
      }
      let column = try conjunct.evaluation.evaluate(batch)
      if case .constant(let value) = column.form {
        if value == .boolean(true) { continue }
        return Selection([])
      }
      if let rows = kept {
        kept = trueRows(column, among: rows, conjunct: position)
      } else {
        let hits = trueRows(column, conjunct: position)
        if hits.count < batch.count { kept = hits }
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
    guard case .dictionary(let codes, let dictionary) = column.form else {
      return Selecting.trueRows(column)
    }
    return Self.select(codes, passes(dictionary, conjunct: conjunct))
  }

  /// Those of some rows in which the column is true.
  private func trueRows(_ column: Column, among rows: Selection, conjunct: Int) -> Selection {
    switch column.form {
    case .constant(let value): return value == .boolean(true) ? rows : Selection([])
    case .dictionary(let codes, let dictionary):
      return Self.select(among: rows.rows, codes, passes(dictionary, conjunct: conjunct))
    case .flat:
      return Self.select(among: rows.rows, Self.passes(column))
    }
  }

  /// Which entries of a dictionary of answers are true.
  private func passes(_ dictionary: ColumnDictionary, conjunct: Int) -> [Bool] {
    if let known = answers[conjunct], known.dictionary === dictionary { return known.passes }
    let passes = Self.passes(dictionary.values)
    answers[conjunct] = (dictionary, passes)
    return passes
  }

  /// The values of a flat BOOLEAN column with false for NULL.
  private static func passes(_ column: Column) -> [Bool] {
    guard case .flat(.boolean(var passes), let validity) = column.form, column.type != .null else {
      return [Bool](repeating: false, count: column.count)
    }
    if let mask = validity.mask {
      for row in passes.indices { passes[row] = passes[row] && mask[row] }
    }
    return passes
  }

  // The loops write every row and move on only past those that pass, so that no branch depends on data.

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

  private static func select(among: [UInt32], _ codes: [UInt32], _ passes: [Bool]) -> Selection {
    var rows = [UInt32](repeating: 0, count: among.count)
    var kept = 0
    let candidate = among.span
    let code = codes.span
    let pass = passes.span
    var out = rows.mutableSpan
    for position in candidate.indices {
      let row = candidate[position]
      out[kept] = row
      kept &+= pass[Int(code[Int(row)])] ? 1 : 0
    }
    rows.removeLast(among.count - kept)
    return Selection(rows)
  }

  private static func select(among: [UInt32], _ passes: [Bool]) -> Selection {
    var rows = [UInt32](repeating: 0, count: among.count)
    var kept = 0
    let candidate = among.span
    let pass = passes.span
    var out = rows.mutableSpan
    for position in candidate.indices {
      let row = candidate[position]
      out[kept] = row
      kept &+= pass[Int(row)] ? 1 : 0
    }
    rows.removeLast(among.count - kept)
    return Selection(rows)
  }

  private func narrowed(_ batch: Batch, _ rows: Selection, to positions: [Int]) -> Batch {
    var columns = [Column](
      repeating: Column(.null, constant: .null, count: rows.count), count: batch.columns.count)
    for position in positions { columns[position] = batch.columns[position].selected(rows) }
    return Batch(columns, count: rows.count)
  }
}
