import Files
import Reports

/// What the header of a bill must be like beyond having the columns that are required.
enum BillHeader {
  /// - Throws: `FormatError` for a column without a name or with control characters in it, and for
  ///   columns with one name of which only one can be meant.
  static func check(_ file: SourceFile, _ kind: ReportKind) throws {
    var seen: [String: Int] = [:]
    for (position, name) in file.header.enumerated() {
      let key = kind.columnName(name).lowercased()
      guard !key.isEmpty else { throw unnamed(name, position, file) }
      if let mark = name.utf8.first(where: { $0 < 0x20 || $0 == 0x7F }) {
        throw FormatError(
          file.path, at: "header, column \(position + 1)",
          "expected a name, found control character \(mark) in it: fetch the report again")
      }
      guard let first = seen.updateValue(position, forKey: key) else { continue }
      let other = file.header[first]
      // AWS makes one column of names that differ by case or marks where it does not make them up.
      if other != name && mayMerge(key) { continue }
      throw FormatError(
        file.path, at: "header, columns \(first + 1) and \(position + 1)",
        other == name
          ? "expected each name once, found '\(name)' twice: fetch the report again"
          : "expected each name once, found '\(other)' and '\(name)', which are one column in the "
            + "table: fetch the report again")
    }
  }

  private static func mayMerge(_ key: String) -> Bool {
    ["resource_tags_", "cost_category_", "account_tag_", "tag_", "product_"]
      .contains(where: key.hasPrefix)
  }

  private static func unnamed(_ name: String, _ position: Int, _ file: SourceFile) -> FormatError {
    FormatError(
      file.path, at: "header, column \(position + 1)",
      "expected a name, found \(name.isEmpty ? "nothing" : "'\(name.prefix(40))'")"
        + (position + 1 == file.header.count && name.isEmpty
          ? ": the header ends with a separator" : "") + ": fetch the report again")
  }
}
