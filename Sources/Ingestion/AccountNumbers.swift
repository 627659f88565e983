import Columns
import Reports
import TextFormats

/// Numbers of accounts as bills have them, and what spreadsheets make of them.
///
/// A spreadsheet that saves a bill turns `111111222222` into `1.11111E+11`, which other accounts become,
/// too, and drops leading zeros: costs of several accounts are then one's, and nothing brings them apart
/// again. AWS's accounts have 12 digits (CUR data dictionary, bill/PayerAccountId); of other providers only
/// the form with an exponent tells.
enum AccountNumbers {
  /// What a column of such numbers must have, where their length is known.
  static func requirement(_ bill: ReportBill) -> CSVRequirement? {
    bill.accountDigits.map {
      CSVRequirement(
        digits: $0, expected: "an account of \($0) digits",
        advice: "if a spreadsheet has saved the file, fetch it again")
    }
  }

  /// The first value of a column, if all of its values are numbers with an exponent.
  ///
  /// - Returns: nil too where the column has nothing; `isPlain` where a value is of another form.
  static func spoilt(in column: Column) -> (first: String?, isPlain: Bool) {
    var first: String?
    for row in 0..<column.count {
      guard let text = column.value(row).string, !text.isEmpty, text != first else { continue }
      guard DigitText.isScientific(text) else { return (first, true) }
      first = first ?? text
    }
    return (first, false)
  }
}
