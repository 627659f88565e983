import Columns

extension Arguments {
  /// The month of `--month`, as `2026-01`.
  ///
  /// - Throws: `UsageError` for a month that is none.
  func month(command: String) throws(UsageError) -> String? {
    guard let month = value("month") else { return nil }
    guard month.count == 7, CivilTimeText.timestamp(Array("\(month)-01".utf8)) != nil else {
      throw UsageError(
        "--month: expected a month such as 2026-01, found '\(month)'", command: command)
    }
    return month
  }
}
