import Columns

/// Networks and their addresses.
enum NetworkFunctions {
  /// `contains('10.0.0.0/8', IPADDRESS '10.1.2.3')`.
  static let contains = FunctionOverload.map(
    [.exactly(.varchar), .exactly(.opaque(.ipAddress))], to: .boolean
  ) { (network: Text, address: Text) -> Bool? in
    let (start, bits) = try range(network)
    let address = Array(address)
    guard address.count == start.count,
      IPAddressText.isShort(start) == IPAddressText.isShort(address)
    else { return false }
    return begins(address, with: start, bits: bits)
  }

  /// The first address of a network in CIDR notation, and how many bits all of its addresses share.
  private static func range(_ network: Text) throws -> (start: [UInt8], bits: Int) {
    let parts = network.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.count == 2, let start = IPAddressText.parse(parts[0]),
      let prefix = Int(parts[1].string), prefix >= 0
    else {
      throw EvaluationError("expected a network such as 10.0.0.0/8, found '\(network.string)'")
    }
    let isShort = IPAddressText.isShort(start)
    let bits = isShort ? prefix + 96 : prefix
    guard bits <= 128 else {
      throw EvaluationError(
        "the prefix of network '\(network.string)' must be at most \(isShort ? 32 : 128)")
    }
    guard ends(start, withZerosBehind: bits) else {
      throw EvaluationError(
        "network '\(network.string)' has bits set behind its prefix of \(prefix)")
    }
    return (start, bits)
  }

  private static func begins(_ address: [UInt8], with start: [UInt8], bits: Int) -> Bool {
    let whole = bits / 8
    guard address.prefix(whole) == start.prefix(whole) else { return false }
    guard bits % 8 > 0 else { return true }
    return (address[whole] ^ start[whole]) >> UInt8(8 - bits % 8) == 0
  }

  private static func ends(_ address: [UInt8], withZerosBehind bits: Int) -> Bool {
    let whole = (bits + 7) / 8
    let isPartZero = bits % 8 == 0 || address[whole - 1] << UInt8(bits % 8) == 0
    return isPartZero && address[whole...].allSatisfy { $0 == 0 }
  }
}
