import Columns

/// bitwise_and_agg.
struct BitAnd: GroupState {
  private(set) var bits: Int64?

  mutating func add(_ value: Int64) { bits = (bits ?? -1) & value }
  mutating func merge(_ other: BitAnd) {
    if let more = other.bits { add(more) }
  }
}

/// bitwise_or_agg.
struct BitOr: GroupState {
  private(set) var bits: Int64?

  mutating func add(_ value: Int64) { bits = (bits ?? 0) | value }
  mutating func merge(_ other: BitOr) {
    if let more = other.bits { add(more) }
  }
}

/// bitwise_xor_agg.
struct BitXor: GroupState {
  private(set) var bits: Int64?

  mutating func add(_ value: Int64) { bits = (bits ?? 0) ^ value }
  mutating func merge(_ other: BitXor) {
    if let more = other.bits { add(more) }
  }
}
