import Columns
import Files
import SQL
import TextFormats

/// Text formats and SQL. Memory: a small multiple of the text.
enum TextTargets {
  /// What is read can be written, and reads the same again.
  static func json(_ bytes: [UInt8]) {
    _ = try? TextTable.json([{ MemorySource(bytes, name: "json") }])
    guard let value = try? JSONValue.parse(bytes, file: "json") else { return }
    let text = value.serialized()
    let again = try? JSONValue.parse(text, file: "json")
    hold(again == value, "what is written reads the same")
  }

  static func csv(_ bytes: [UInt8]) {
    let file = { MemorySource(bytes, name: "csv") }
    guard let table = try? TextTable.csv([file]).first else { return }
    for batch in table.batches {
      hold(batch.columns.count == table.schema.count, "each row has all columns")
      for row in 0..<min(batch.count, 100) { _ = batch.row(row) }
    }
  }

  /// What is understood can be written as SQL, and that is understood the same way.
  static func sql(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    _ = Script.statements(text)
    guard let statement = try? Parser.statement(text) else { return }
    let written = statement.text
    guard let again = try? Parser.statement(written) else {
      // Nesting may grow by parentheses; the limit on it is not a fault.
      hold(bytes.count > 200, "written SQL can be read: \(written)")
      return
    }
    hold(again.text == written, "written SQL means the same: \(written)")
  }
}
