import Columns
import Delta
import Files

/// Columns that the folders of files state in the Hive manner: `month=2026-09/team=a%2Fb/x.parquet`.
///
/// A column is BIGINT or DATE where that spells every value as the folders do, else VARCHAR, so that
/// `month=09` stays what it is. `__HIVE_DEFAULT_PARTITION__` is NULL, and so is the column of a file
/// whose path does not state it.
struct HivePartitions {
  /// In the order in which paths name them.
  let fields: [Field]
  /// By file, then by position in ``fields``.
  let values: [[Value]]

  /// - Parameter folder: where the names of folders begin to count.
  init(of paths: [String], below folder: String) throws(FormatError) {
    var names: [String] = []
    var positions: [String: Int] = [:]
    var stated: [[Int: String?]] = []
    for path in paths {
      var found: [Int: String?] = [:]
      for (column, value) in PartitionPath.values(inPath: String(path.dropFirst(folder.count))) {
        let position = positions[column.lowercased(), default: names.count]
        if position == names.count {
          positions[column.lowercased()] = position
          names.append(column)
        }
        if let other = found[position], other != value {
          throw FormatError(
            path,
            "its folders state '\(column)' twice: '\(other ?? "NULL")' and '\(value ?? "NULL")'")
        }
        found[position] = .some(value)
      }
      stated.append(found)
    }
    var fields: [Field] = []
    for (position, name) in names.enumerated() {
      fields.append(Field(name, HivePartitions.type(of: stated.compactMap { $0[position] ?? nil })))
    }
    var values: [[Value]] = []
    for (path, found) in zip(paths, stated) {
      var row: [Value] = []
      for (position, field) in fields.enumerated() {
        let text = found[position] ?? nil
        row.append(
          text == "" && field.type == .varchar
            ? .text("")
            : try PartitionValue.value(of: text, as: field.type, column: field.name, file: path))
      }
      values.append(row)
    }
    self.fields = fields
    self.values = values
  }

  /// The narrowest type that spells all texts as they are.
  private static func type(of texts: [String]) -> DataType {
    if texts.isEmpty { return .varchar }
    if texts.allSatisfy({ text in Int64(text).map(String.init) == text }) { return .bigint }
    let areDates = texts.allSatisfy { text in
      CivilTimeText.date(Array(text.utf8)).map { CivilTimeText.text(date: $0) } == text
    }
    return areDates ? .date : .varchar
  }
}
