/// Makes blocks of single points: those that follow each other are often of one series.
struct PointBlockBuilder {
  private(set) var block: PointBlock
  private var last: (point: MetricPoint, member: UInt32)?

  init(_ layout: PointLayout) { block = PointBlock(layout) }

  mutating func append(_ point: MetricPoint) {
    let member: UInt32
    if let last, last.point.isOfSeries(of: point) {
      member = last.member
    } else {
      member = block.add(PointSeries(point, block.layout))
      last = (point, member)
    }
    block.append(member, at: point.timestamp, MeasuredNumbers(point))
    for percentile in point.percentiles { block.append(percentile: percentile.value) }
  }

  /// The points so far, which are forgotten.
  mutating func take() -> PointBlock {
    let full = block
    self = PointBlockBuilder(full.layout)
    return full
  }
}

extension MetricPoint {
  /// Whether both have all in common but the time and the values of the same statistics.
  fileprivate func isOfSeries(of other: MetricPoint) -> Bool {
    isSame(name, other.name) && isSame(resource, other.resource) && isSame(unit, other.unit)
      && isSame(account, other.account) && isSame(region, other.region)
      && isSame(namespace, other.namespace) && periodSeconds == other.periodSeconds
      && dimensions.elementsEqual(other.dimensions) {
        isSame($0.key, $1.key) && isSame($0.value, $1.value)
      }
      && percentiles.elementsEqual(other.percentiles) { isSame($0.key, $1.key) }
  }
}

/// Whether two texts have the same bytes, which Swift's `==` does not ask for.
private func isSame(_ a: String?, _ b: String?) -> Bool {
  guard let a, let b else { return a == nil && b == nil }
  return a.utf8.elementsEqual(b.utf8)
}
