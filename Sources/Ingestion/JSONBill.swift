import Columns
import Compression
import Files
import TextFormats

/// Bills as JSON lines, as BigQuery exports tables: one object a row, members that are NULL left out.
enum JSONBill {
  /// The names of all members of all rows, in the order of their first appearance, and the first row.
  ///
  /// - Throws: `FormatError` when the file is damaged.
  static func header(of path: String) throws -> (names: [String], first: JSONObject?) {
    var names: [String] = []
    var known: Set<String> = []
    var first: JSONObject?
    try rows(of: path) { object, _ in
      first = first ?? object
      for key in object.keys where known.insert(key).inserted { names.append(key) }
    }
    return (names, first)
  }

  /// Calls `body` with each row and the line on which its document begins.
  ///
  /// - Throws: `FormatError` for a document that is neither a row nor a list of rows; what `body` throws.
  static func rows(of path: String, body: (JSONObject, Int) throws -> Void) throws {
    let lines = JSONLines(try PackedFile.open(path))
    while let document = try lines.next() {
      for row in document.array ?? [document] {
        guard let object = row.object else {
          throw FormatError(
            path, at: "line \(lines.line)",
            "expected an object with the columns of a row, found \(row.kind)")
        }
        try body(object, lines.line)
      }
    }
  }
}

/// Collects rows of a bill that come as JSON.
struct JSONBillRows {
  private let names: [String]
  private let types: [DataType]
  private var builders: [ColumnBuilder]
  private var count = 0
  private var rejects: [BillReject] = []

  init(names: [String], types: [DataType]) {
    self.names = names
    self.types = types
    builders = types.map { ColumnBuilder($0) }
  }

  var isFull: Bool { count + rejects.count >= 1 << 14 }

  mutating func append(_ row: JSONObject, line: Int) {
    var values: [Value] = []
    values.reserveCapacity(names.count)
    for (name, type) in zip(names, types) {
      let json = row[name] ?? .null
      let isEmptyText = json.string?.isEmpty == true && type != .varchar
      guard let value = isEmptyText ? .null : JSONTable.value(json, as: type) else {
        rejects.append(
          BillReject(
            line: line, column: name,
            reason: "expected \(type == .double ? "a number" : "\(type)"), found "
              + "'\(String(decoding: json.serialized().prefix(40), as: UTF8.self))'",
            text: Array(JSONValue.object(row).serialized().prefix(1 << 16))))
        return
      }
      values.append(value)
    }
    for place in values.indices { builders[place].append(values[place]) }
    count += 1
  }

  /// What was collected since.
  mutating func take() -> (batch: Batch, rejects: [BillReject]) {
    let taken = (Batch(builders.map { $0.finish() }, count: count), rejects)
    builders = types.map { ColumnBuilder($0) }
    (count, rejects) = (0, [])
    return taken
  }
}
