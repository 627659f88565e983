/// A type whose values are bytes with a form of their own, which functions read and no operator takes
/// apart.
package enum OpaqueType: String, Hashable, Sendable, CaseIterable {
  /// A sketch of how many distinct values there are, as Airlift lays it out.
  case hyperLogLog = "HyperLogLog"
  /// The same, and never in its sparse form.
  case p4HyperLogLog = "P4HyperLogLog"
  /// A sketch of how values are distributed.
  case tDigest = "tdigest"
  /// Distinct values by hash, with how often they occur.
  case setDigest = "SetDigest"
  /// An IPv6 address of sixteen bytes, or an IPv4 address mapped into one.
  case ipAddress = "ipaddress"

  /// The type by the name that statements use, in lower case.
  package static func named(_ name: String) -> OpaqueType? {
    allCases.first { $0.rawValue.lowercased() == name }
  }

  /// Whether values are compared by what they mean: addresses byte by byte.
  package var isOrderable: Bool { self == .ipAddress }
}
