import Columns

/// checksum: the sum of the hashes of all values, whatever their order; eight bytes, little-endian.
///
/// A value adds its hash times a prime and a NULL the prime itself, so that NULL is none of the values.
/// The numbers are those of Athena, but for rows and UUIDs.
///
/// Source: Trino, ChecksumAggregationFunction.
final class ChecksumAccumulator: Accumulator {
  /// The first prime of XXH64.
  private static let prime: UInt64 = 0x9E37_79B1_85EB_CA87

  private var sums: [UInt64?] = []

  func resize(groups count: Int) { sums.extend(to: count, with: nil) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    let column = arguments[0]
    let type = column.type
    ValueHash.forEach(column, rowCount: rowCount, by: { TypedHash.hash($0, type) }) { row, hash in
      add(hash &* Self.prime, to: Int(groups?[row] ?? 0))
    }
    for row in 0..<rowCount where column.isNull(row) {
      add(Self.prime, to: Int(groups?[row] ?? 0))
    }
  }

  private func add(_ number: UInt64, to group: Int) { sums[group] = (sums[group] ?? 0) &+ number }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? ChecksumAccumulator else { return }
    for (group, sum) in other.sums.enumerated() {
      if let sum { add(sum, to: Int(mapping[group])) }
    }
  }

  func finish() -> Column {
    Column(
      .varbinary,
      values: sums.map { sum in
        guard let sum else { return .null }
        return .bytes(
          stride(from: 0, to: 64, by: 8).map { UInt8(truncatingIfNeeded: sum >> UInt64($0)) })
      })
  }
}

/// The hash that Trino has for the values of each type: XXH64 of what it holds of a value.
///
/// Source: the operators XX_HASH_64 of Trino's types. Those of rows differ among its versions; here a row
/// is hashed as an array is. A UUID is text here and hashed as such.
enum TypedHash {
  /// - Precondition: the value is of the type; NULL has no hash, and is 0 inside of others.
  static func hash(_ value: Value, _ type: DataType) -> UInt64 {
    switch value {
    case .null: return 0
    case .boolean(let value): return XXHash64.hash(value ? 1 : 0)
    case .int64(let number): return XXHash64.hash(UInt64(bitPattern: held(number, type)))
    case .double(let number): return XXHash64.hash(bits(number, isReal: type == .real))
    case .decimal(let number):
      let low = XXHash64.hash(UInt64(truncatingIfNeeded: number))
      guard case .decimal(let precision, _) = type, precision > 18 else { return low }
      return low ^ XXHash64.hash(UInt64(truncatingIfNeeded: number >> 64))
    case .bytes(let bytes):
      guard case .char = type else { return XXHash64.hash(bytes[...]) }
      return XXHash64.hash(bytes[..<((bytes.lastIndex { $0 != 0x20 } ?? -1) + 1)])
    case .array(let values):
      guard case .array(let element) = type else { return 0 }
      return values.reduce(0) { $0 &* 31 &+ hash($1, element) }
    case .row(let values):
      guard case .row(let fields) = type else { return 0 }
      return zip(values, fields).reduce(1) { $0 &* 31 &+ hash($1.0, $1.1.type) }
    case .map(let entries):
      guard case .map(let key, let content) = type else { return 0 }
      // Entries have no order.
      return entries.reduce(0) { $0 &+ (hash($1.key, key) ^ hash($1.value, content)) }
    }
  }

  /// What Trino holds of a time: picoseconds of a time of day, milliseconds of an instant and of an
  /// interval. Other numbers are the same there.
  private static func held(_ number: Int64, _ type: DataType) -> Int64 {
    switch type {
    case .time: number &* 1_000_000
    case .timestampWithZone: ZonedTime.microseconds(number).floorDivided(by: 1000)
    case .intervalDayToSecond: number.floorDivided(by: 1000)
    default: number
    }
  }

  /// One zero and one NaN; a real has 32 bits, and their sign.
  private static func bits(_ number: Double, isReal: Bool) -> UInt64 {
    guard isReal else { return number.isNaN ? Double.nan.bitPattern : (number + 0.0).bitPattern }
    let real = number.isNaN ? Float.nan : Float(number) + 0.0
    return UInt64(bitPattern: Int64(Int32(bitPattern: real.bitPattern)))
  }
}
