import Columns

/// Values that are left out since their columns have one name in the table, as the tags `user:Name` and
/// `user:name`, and a row has different ones.
///
/// AWS puts such columns together, too, in the Parquet files of reports, and keeps one value; here that is
/// said.
struct MergedValues: Sendable {
  private(set) var count = 0
  /// Of the first such row, the value that is kept and one that is not.
  private(set) var first: (kept: String, left: String)?

  mutating func add(kept: Value, left: Value) {
    count += 1
    if first == nil {
      first = ((kept.string ?? "\(kept)"), (left.string ?? "\(left)"))
    }
  }

  mutating func add(_ other: MergedValues) {
    count += other.count
    first = first ?? other.first
  }

  /// - Parameter headers: what the file calls the columns.
  func note(_ column: String, headers: [String]) -> String {
    let names = headers.map { "'\($0)'" }.joined(separator: ", ")
    let example = first.map { ", as '\($0.kept.prefix(40))' and '\($0.left.prefix(40))'" } ?? ""
    return
      "\(names) are one column, '\(column)', and have two values in \(count) "
      + "\(count == 1 ? "row" : "rows")\(example): the first is kept, the other left out"
  }
}
