package import Columns

/// One JSON array of objects, or one object a line.
package final class JSONResultWriter: ResultWriter {
  private let schema: Schema
  private let isLines: Bool
  private let sink: ([UInt8]) throws -> Void
  private let keys: [[UInt8]]
  private var rows = 0

  init(_ schema: Schema, isLines: Bool, sink: @escaping ([UInt8]) throws -> Void) {
    self.schema = schema
    self.isLines = isLines
    self.sink = sink
    keys = schema.fields.map { field in
      var key: [UInt8] = []
      JSONText.append(string: field.name.utf8, to: &key)
      key.append(UInt8(ascii: ":"))
      return key
    }
  }

  package func write(_ batch: Batch) throws {
    var out: [UInt8] = []
    for row in 0..<batch.count {
      if !isLines { out += (rows == 0 ? "[\n  " : ",\n  ").utf8 }
      rows += 1
      out.append(UInt8(ascii: "{"))
      for position in keys.indices {
        if position > 0 { out.append(UInt8(ascii: ",")) }
        out += keys[position]
        ValueText.appendJSON(batch.columns[position].value(row), schema[position].type, to: &out)
      }
      out.append(UInt8(ascii: "}"))
      if isLines { out.append(0x0A) }
      if out.count >= 1 << 18 {
        try sink(out)
        out.removeAll(keepingCapacity: true)
      }
    }
    if !out.isEmpty { try sink(out) }
  }

  package func finish() throws {
    if isLines { return }
    try sink(Array((rows == 0 ? "[]\n" : "\n]\n").utf8))
  }
}
