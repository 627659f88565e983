/// Why a delivery, or a whole ingest, was refused.
package enum IngestError: Error, Sendable, Equatable {
  /// `--report` named a kind that is not known.
  case unknownReport(name: String, known: [String])
  /// A column without which the report cannot be used.
  case missingColumn(name: String, title: String, file: String)
  /// Another report of the same payer and period is loaded already.
  case countedTwice(table: String, period: String, payer: String, loaded: String, new: String)
  /// Files without a manifest lack the first part of what is loaded, or its first days.
  case laterPart(file: String, period: String, part: Int, heldPart: Int)
  case laterDays(file: String, period: String, from: String, heldFrom: String)
  /// Files that are named after days and begin on the same one.
  case sameDays(file: String, other: String, day: String)
  /// A file of a bill is there twice.
  case sameFile(file: String, other: String)
  /// All numbers of accounts in a column have become numbers with an exponent.
  case spoiltAccounts(file: String, column: String, found: String)
  /// More rows than allowed could not be read; the first of them.
  case rejectedRows(count: Int, allowed: Int, first: String)
  /// Several versions of a report and nothing that says which is current.
  case severalAssemblies(folder: String, names: [String])
  /// Rows that are there more than once.
  case repeatedRows(
    count: Int, identity: [String], first: String, second: String, cause: String)
  /// Two deliveries of one report and month in one run, and nothing that says which is current.
  case rivals(report: String, file: String, other: String)
  /// A bill without a manifest that would take the place of one with more files and more rows.
  case partOfBill(period: String, files: Int, rows: Int, heldFiles: Int, heldRows: Int)
  /// No row of a delivery can be read; the first of them.
  case nothingReadable(count: Int, first: String)
  /// A delivery with nothing in it that says which month it is of.
  case noPeriod(file: String)
}

extension IngestError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unknownReport(let name, let known):
      "no report is called '\(name)'; known are " + known.joined(separator: ", ")
    case .missingColumn(let name, let title, let file):
      "\(file): no column '\(name)', without which this cannot be summed as \(title): "
        + "include the column in the report"
    case .countedTwice(let table, let period, let payer, let loaded, let new):
      "table '\(table)' has \(period) of payer \(payer) from report '\(loaded)'; loading '\(new)' "
        + "would count that bill twice: give it a table of its own with --table, or deliver it "
        + "under the first name to replace it"
    case .partOfBill(let period, let files, let rows, let heldFiles, let heldRows):
      "\(files) \(files == 1 ? "file" : "files") with \(rows) \(rows == 1 ? "row" : "rows") would take the place of \(period), "
        + "loaded from \(heldFiles) files with \(heldRows) rows, and no manifest says that this is all: "
        + "give all files of the month together, or --replace if the bill did become smaller"
    case .laterPart(let file, let period, let part, let heldPart):
      "'\(file)' is part \(part) of \(period), part \(heldPart) is loaded and would go: give all parts "
        + "of the month together, or --replace if this is all of it"
    case .laterDays(let file, let period, let from, let heldFrom):
      "'\(file)' has charges of \(period) from \(from) on only, those loaded begin on \(heldFrom) and "
        + "would go: give all files of the month together, or --replace if this is all of it"
    case .sameDays(let file, let other, let day):
      "'\(other)' and '\(file)' both have charges from \(day) on: as the bill so far on two days, they "
        + "would be counted twice; keep the newest of them in the folder"
    case .sameFile(let file, let other):
      "'\(file)' is '\(other)' once more, packed or written otherwise: loading both would count the bill "
        + "twice; keep one of them in the folder"
    case .spoiltAccounts(let file, let column, let found):
      "\(file), column '\(column)': expected numbers of accounts, found '\(found)' and the like only, "
        + "as a spreadsheet writes long numbers, in which accounts cannot be told apart: fetch the file "
        + "again"
    case .rejectedRows(let count, let allowed, let first):
      "\(count) \(count == 1 ? "row" : "rows") cannot be read (\(allowed) allowed), the first is "
        + first
    case .severalAssemblies(let folder, let names):
      "'\(folder)' has several versions (\(names.prefix(3).joined(separator: ", "))) and no "
        + "manifest that says which is current: add the manifest, or ingest one version's folder"
    case .repeatedRows(let count, let identity, let first, let second, let cause):
      "\(count) \(count == 1 ? "row is" : "rows are") there more than once, the first is "
        + "'\(identity.joined(separator: "' of '"))' in \(first) and again in \(second); \(cause)"
    case .rivals(let report, let file, let other):
      "'\(file)' and '\(other)' are both '\(report)', and no manifest says which is current: ingest "
        + "the newer one alone, or put the parts of one report into one folder"
    case .nothingReadable(let count, let first):
      "none of its \(count) \(count == 1 ? "row" : "rows") can be read, and nothing is left to load; the "
        + "first is \(first)"
    case .noPeriod(let file):
      "\(file): no row says which month it is of"
    }
  }
}
