import Synchronization

/// A time of the type TIMESTAMP WITH TIME ZONE: an instant in milliseconds since 1970 in the upper 52
/// bits, the number of its zone in the lower 12.
///
/// Equal instants in different zones are different numbers: comparisons take ``microseconds(_:)``.
package enum ZonedTime {
  /// The number of a time in a zone; nil where the time leaves 52 bits.
  package static func packed(microseconds: Int64, zone: Int) -> Int64? {
    let milliseconds = (microseconds &+ 500).floorDivided(by: 1000)
    guard microseconds < Int64.max - 500, milliseconds.magnitude < 1 << 51 else { return nil }
    return milliseconds << 12 | Int64(zone & 0xFFF)
  }

  /// Microseconds since 1970, UTC.
  package static func microseconds(_ packed: Int64) -> Int64 {
    (packed >> 12).multipliedReportingOverflow(by: 1000).partialValue
  }

  /// The number of the zone in ``TimeZones``.
  package static func zone(_ packed: Int64) -> Int { Int(packed & 0xFFF) }

  /// Microseconds since 1970 on the clocks of the zone.
  package static func local(_ packed: Int64) -> Int64 {
    let time = microseconds(packed)
    let zone = TimeZones.zone(zone(packed))
    return time &+ zone.offset(time.floorDivided(by: Microseconds.second)) &* Microseconds.second
  }

  /// Appends `2026-09-01 00:00:00.000 Europe/Berlin`.
  package static func append(_ packed: Int64, to out: inout [UInt8]) {
    CivilTimeText.append(timestamp: local(packed), to: &out)
    out.append(UInt8(ascii: " "))
    out += TimeZones.zone(zone(packed)).name.utf8
  }
}

/// The zones that times of this process are in, numbered as they come up; UTC is 0.
package enum TimeZones {
  package struct Zone: Sendable {
    package let name: String
    /// Seconds east of UTC at a time in seconds since 1970.
    package let offset: @Sendable (Int64) -> Int64
  }

  private struct Known {
    var zones = [Zone(name: "UTC", offset: { _ in 0 })]
    var numbers = ["UTC": 0]
  }

  private static let known = Mutex(Known())

  /// The number of a zone, new or known; nil when 4,096 are taken.
  package static func number(
    _ name: String, offset: @escaping @Sendable (Int64) -> Int64
  ) -> Int? {
    known.withLock { known in
      if let number = known.numbers[name] { return number }
      guard known.zones.count < 1 << 12 else { return nil }
      known.zones.append(Zone(name: name, offset: offset))
      known.numbers[name] = known.zones.count - 1
      return known.zones.count - 1
    }
  }

  /// The zone of a number; UTC for one that was never given.
  package static func zone(_ number: Int) -> Zone {
    known.withLock { $0.zones.indices.contains(number) ? $0.zones[number] : $0.zones[0] }
  }
}
