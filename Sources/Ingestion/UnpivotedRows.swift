import Columns
import Reports
import TextFormats

/// The rows of a table with a column per group, a row per value: see ``Unpivot``.
struct UnpivotedRows {
  private let rule: Unpivot
  private let by: String
  /// The groups' positions, names and units.
  private let groups: [(position: Int, name: String, unit: String)]

  init(_ rule: Unpivot, header: [String]) {
    self.rule = rule
    by = header.first ?? ""
    groups = header.enumerated().dropFirst().compactMap { position, title in
      guard !rule.skipGroups.contains(where: { UnpivotedRows.fits(title, $0) }) else { return nil }
      guard title.hasSuffix(")"), let open = title.lastIndex(of: "(") else {
        return (position, title, "")
      }
      var name = title[..<open]
      while name.last == " " { name.removeLast() }
      return (position, String(name), String(title[title.index(after: open)...].dropLast()))
    }
  }

  /// The values of a row that has texts or NULLs only; empty cells are no values.
  func rows(_ row: [Value]) -> [JSONValue] {
    let first = row.first?.string ?? ""
    guard !rule.skipRows.contains(where: { UnpivotedRows.fits(first, $0) }) else { return [] }
    return groups.compactMap { group in
      guard let text = row[group.position].string, !text.isEmpty else { return nil }
      return .object([
        "$by": .string(by), "$row": .string(first), "$group": .string(group.name),
        "$unit": .string(group.unit), "$value": .string(text),
      ])
    }
  }

  /// Whether text is as a pattern says in which a `*` at either end stands for any text.
  private static func fits(_ text: String, _ pattern: String) -> Bool {
    let text = text.lowercased()
    let pattern = pattern.lowercased()
    if pattern.hasPrefix("*") { return text.hasSuffix(pattern.dropFirst()) }
    if pattern.hasSuffix("*") { return text.hasPrefix(pattern.dropLast()) }
    return text == pattern
  }
}
