import Columns

/// A hash of a value that is the same in every run.
enum ValueHash {
  /// FNV-1a over the value's bytes, then finished as in splitmix64.
  static func hash(_ value: Value) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    mix(value, into: &hash)
    return finish(hash)
  }

  private static func mix(_ value: Value, into hash: inout UInt64) {
    switch value {
    case .null: mix(0 as UInt64, into: &hash)
    case .boolean(let value): mix(value ? 1 : 2, into: &hash)
    case .int64(let value): mix(UInt64(bitPattern: value), into: &hash)
    case .double(let value):
      mix(value.isNaN ? Double.nan.bitPattern : (value + 0.0).bitPattern, into: &hash)
    case .decimal(let value):
      mix(UInt64(truncatingIfNeeded: value), into: &hash)
      mix(UInt64(truncatingIfNeeded: value >> 64), into: &hash)
    case .bytes(let bytes):
      for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    case .array(let values), .row(let values):
      mix(UInt64(values.count), into: &hash)
      for value in values { mix(value, into: &hash) }
    case .map(let entries):
      // Entries have no order.
      var sum: UInt64 = 0
      for entry in entries { sum = sum &+ Self.hash(.array([entry.key, entry.value])) }
      mix(sum, into: &hash)
    }
  }

  private static func mix(_ word: UInt64, into hash: inout UInt64) {
    hash = finish(hash ^ word) &* 0x100_0000_01B3
  }

  private static func finish(_ value: UInt64) -> UInt64 {
    var word = value &+ 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  /// The hash of each row that is not NULL; entries of a dictionary are hashed once.
  static func forEach(
    _ column: Column, rowCount: Int, by hash: (Value) -> UInt64 = hash,
    _ body: (_ row: Int, _ hash: UInt64) -> Void
  ) {
    switch column.form {
    case .constant(let value):
      if value.isNull { return }
      let hash = hash(value)
      for row in 0..<rowCount { body(row, hash) }
    case .dictionary(let codes, let dictionary) where dictionary.count <= rowCount:
      let hashes = (0..<dictionary.count).map { entry -> UInt64? in
        dictionary.values.isNull(entry) ? nil : hash(dictionary.values.value(entry))
      }
      for row in codes.indices {
        if let hash = hashes[Int(codes[row])] { body(row, hash) }
      }
    case .flat, .dictionary:
      for row in 0..<rowCount where !column.isNull(row) { body(row, hash(column.value(row))) }
    }
  }
}
