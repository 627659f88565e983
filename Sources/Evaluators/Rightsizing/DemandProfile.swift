import Forecasting
import Glibc

/// What a server was seen to use of one resource: its loads in percent of what it has today.
///
/// A load that touches the capacity tells only that more was wanted, not how much more. Where that happens
/// in more than 0.2 % of the points, those points count as almost twice the capacity, so that a size twice as
/// large is the first that holds them.
package struct DemandProfile: Sendable {
  /// Percent of today's capacity, ascending; above 100 where the capacity was reached.
  let loads: [Double]
  /// The P99 of each day, in the order of the days.
  let days: [Double]
  /// The share of points at 99.5 % or more.
  package let saturatedShare: Double

  static let saturation = 99.5
  static let toleratedSaturation = 0.002
  static let assumedDemand = 190.0

  /// - Parameters:
  ///   - percents: loads in percent of the capacity; what is no number is left out.
  ///   - dayNumbers: the day of each load, in any order; as many as loads.
  /// - Returns: nil where nothing was measured.
  /// - Complexity: O(n log n) for n loads.
  package init?(percents: [Double], dayNumbers: [Int]) {
    var byDay: [Int: [Double]] = [:]
    var saturated = 0
    for (percent, day) in zip(percents, dayNumbers) where percent.isFinite {
      byDay[day, default: []].append(max(0, percent))
      if percent >= DemandProfile.saturation { saturated += 1 }
    }
    let count = byDay.values.reduce(0) { $0 + $1.count }
    guard count > 0 else { return nil }
    saturatedShare = Double(saturated) / Double(count)
    let isCut = saturatedShare > DemandProfile.toleratedSaturation

    var loads: [Double] = []
    loads.reserveCapacity(count)
    var days: [Double] = []
    for (_, values) in byDay.sorted(by: { $0.key < $1.key }) {
      let day = (isCut ? values.map(DemandProfile.demand) : values).sorted()
      days.append(Robust.quantile(sorted: day, 0.99))
      loads += day
    }
    loads.sort()
    self.loads = loads
    self.days = days
  }

  /// Whether the capacity is reached so often that the demand above it is unknown.
  package var isSaturated: Bool { saturatedShare > DemandProfile.toleratedSaturation }

  /// A quantile of what the server used, never above 100 %.
  package func usage(_ fraction: Double) -> Double { min(100, load(fraction)) }

  /// A quantile of what the server wanted, in percent of today's capacity.
  func load(_ fraction: Double) -> Double { Robust.quantile(sorted: loads, fraction) }

  /// The share of points above a capacity, in percent of today's.
  ///
  /// - Complexity: O(log n).
  func share(above capacity: Double) -> Double {
    var low = 0
    var high = loads.count
    while low < high {
      let middle = (low + high) / 2
      if loads[middle] > capacity + 1e-9 { high = middle } else { low = middle + 1 }
    }
    return Double(loads.count - low) / Double(loads.count)
  }

  private static func demand(_ percent: Double) -> Double {
    percent >= saturation ? assumedDemand : percent
  }
}
