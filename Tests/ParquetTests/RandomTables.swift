import Columns
import Files
import Glibc
import TestSupport

extension SplitMix64 {
  static let scalarTypes: [DataType] = [
    .boolean, .integer, .bigint, .double, .decimal(precision: 7, scale: 2),
    .decimal(precision: 18, scale: 4), .decimal(precision: 38, scale: 10), .varchar, .varbinary,
    .json, .date, .timestamp,
  ]

  mutating func type(depth: Int) -> DataType {
    switch Int.random(in: 0..<10, using: &self) {
    case 0 where depth > 0: .array(type(depth: depth - 1))
    case 1 where depth > 0: .map(key: .varchar, value: type(depth: depth - 1))
    case 2 where depth > 0:
      .row([
        RowField(name: "a", type: type(depth: depth - 1)),
        RowField(name: "b", type: type(depth: depth - 1)),
      ])
    default: SplitMix64.scalarTypes.randomElement(using: &self) ?? .bigint
    }
  }

  mutating func value(_ type: DataType, nullPercent: Int) -> Value {
    if chance(nullPercent) { return .null }
    switch type {
    case .null: return .null
    case .boolean: return .boolean(chance(50))
    case .tinyint, .smallint: return .int64(number(60))
    case .integer, .date:
      let edges: [Int64] = [0, 1, -1, Int64(Int32.max), Int64(Int32.min)]
      return .int64(chance(20) ? edges.randomElement(using: &self) ?? 0 : number(60))
    case .bigint, .timestamp, .time, .timestampWithZone, .intervalYearToMonth,
      .intervalDayToSecond:
      return .int64(chance(10) ? (chance(50) ? .max : .min) : number(1_000_000))
    case .real, .double:
      let edges = [0.0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1e308]
      return .double(chance(30) ? edges.randomElement(using: &self) ?? 0 : Double(number(90)) / 8)
    case .decimal(let precision, _):
      var largest: Int128 = 1
      for _ in 0..<precision { largest *= 10 }
      return .decimal(
        chance(20) ? (chance(50) ? largest - 1 : 1 - largest) : Int128(number(999_999)))
    case .varchar, .char, .json:
      let texts = ["", "a", "Amazon EC2", "ü", "日本語", "a longer text, beyond sixteen bytes", "🧾"]
      return .text((texts.randomElement(using: &self) ?? "") + (chance(30) ? "\(number(50))" : ""))
    case .varbinary, .opaque:
      return .bytes((0..<Int.random(in: 0..<20, using: &self)).map { _ in UInt8(next() & 255) })
    case .array(let element):
      return .array(
        (0..<Int.random(in: 0..<4, using: &self)).map { _ in
          value(element, nullPercent: nullPercent)
        })
    case .map(let key, let element):
      return .map(
        (0..<Int.random(in: 0..<4, using: &self)).map { _ in
          MapEntry(
            key: value(key, nullPercent: 0), value: value(element, nullPercent: nullPercent))
        })
    case .row(let fields):
      return .row(fields.map { value($0.type, nullPercent: nullPercent) })
    }
  }

  private mutating func number(_ limit: Int64) -> Int64 {
    Int64.random(in: -limit...limit, using: &self)
  }

  /// A column of some values in a form that is drawn too.
  mutating func column(_ type: DataType, count: Int, nullPercent: Int) -> Column {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: return Column(type, constant: value(type, nullPercent: nullPercent), count: count)
    case 1, 2:
      let size = Int.random(in: 1..<9, using: &self)
      let entries = (0..<size).map { _ in value(type, nullPercent: nullPercent) }
      let dictionary = ColumnDictionary(Column(type, values: entries))
      return Column(
        codes: (0..<count).map { _ in UInt32.random(in: 0..<UInt32(size), using: &self) },
        dictionary)
    default:
      return Column(
        type, values: (0..<count).map { _ in value(type, nullPercent: nullPercent) })
    }
  }
}

/// A directory for one test, gone with it.
final class ScratchDirectory {
  let path: String

  init() throws {
    var generator = SystemRandomNumberGenerator()
    // In memory where there is such a place: the tests write thousands of files and sync each.
    let base = Directory.kind("/dev/shm") == .directory ? "/dev/shm" : "/tmp"
    path = "\(base)/kakeibo-parquet-\(String(generator.next(), radix: 36))"
    try Directory.create(path)
  }

  deinit { try? Directory.removeTree(path) }

  func file(_ name: String) -> String { Path.join(path, name) }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    let output = try OutputFile(file(name))
    try output.write(bytes)
    try output.finish()
    return file(name)
  }
}

/// NaNs of the same bits are the same here, and zeros of both signs differ.
func isSame(_ a: Value, _ b: Value) -> Bool {
  switch (a, b) {
  case (.double(let a), .double(let b)): a.bitPattern == b.bitPattern
  case (.array(let a), .array(let b)): a.count == b.count && zip(a, b).allSatisfy(isSame)
  case (.row(let a), .row(let b)): a.count == b.count && zip(a, b).allSatisfy(isSame)
  case (.map(let a), .map(let b)):
    a.count == b.count
      && zip(a, b).allSatisfy { isSame($0.key, $1.key) && isSame($0.value, $1.value) }
  default: a == b
  }
}
