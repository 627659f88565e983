/// What instance types offer and cost: the facts that rightsizing chooses by.
///
/// The families are described once, their sizes follow from them: within a family of EC2's general,
/// compute and memory classes, capacity and price double with each size. Prices are US dollars an hour
/// on demand for Linux in us-east-1.
package struct InstanceCatalog: Sendable {
  package struct InstanceType: Sendable, Hashable {
    package let name: String
    package let family: String
    package let vcpus: Double
    package let memoryGiB: Double
    /// US dollars an hour.
    package var price: Double
    package let architecture: String
    /// Earns credits while idle and spends them under load.
    package let isBurstable: Bool
    /// Baseline of the network in Gbit/s; nil where it is not known.
    package var networkGbps: Double?
    /// Baseline of the way to EBS in Mbit/s; nil where it is not known.
    package var ebsMbps: Double?
    /// Has successors, and is not proposed any more.
    package var isPreviousGeneration = false

    /// Whether a server could move there as it is: the same programs run, and a steady server is not moved
    /// onto credits.
    func canBecome(_ other: InstanceType) -> Bool {
      other.architecture == architecture && (isBurstable || !other.isBurstable)
        && !other.isPreviousGeneration
    }
  }

  package let types: [String: InstanceType]

  package init(types: [InstanceType]) {
    self.types = Dictionary(types.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The cheapest type of an architecture that has at least as much.
  func cheapest(_ architecture: String, vcpus: Double, memoryGiB: Double) -> InstanceType? {
    types.values.filter {
      $0.architecture == architecture && $0.vcpus >= vcpus && $0.memoryGiB >= memoryGiB
    }.min { ($0.price, $0.name) < ($1.price, $1.name) }
  }

  private struct Family {
    let name: String
    let architecture: String
    let gibPerVCPU: Double
    /// An hour of the size `large`.
    let largePrice: Double
    var multiples = [1, 2, 4, 8, 12, 16, 24]
    var isPrevious = false

    /// `large` has two vCPUs; `xlarge` four; `n xlarge` 4 n.
    var sizes: [InstanceType] {
      [size("large", 0.5)]
        + multiples.map { size($0 == 1 ? "xlarge" : "\($0)xlarge", Double($0)) }
    }

    private func size(_ name: String, _ xlarges: Double) -> InstanceType {
      InstanceType(
        name: "\(self.name).\(name)", family: self.name, vcpus: 4 * xlarges,
        memoryGiB: 4 * xlarges * gibPerVCPU, price: largePrice * 2 * xlarges,
        architecture: architecture, isBurstable: false, isPreviousGeneration: isPrevious)
    }
  }

  private static let graviton = [1, 2, 4, 8, 12, 16]

  // Source: the AWS Price List's on-demand rates for us-east-1, Linux, shared tenancy. Those of m4, c4, r4 and t2, which
  // do not change any more, are in at least two public price tables; a Price List file puts others in their place.
  private static let families: [Family] = [
    Family(
      name: "m4", architecture: "x86_64", gibPerVCPU: 4, largePrice: 0.1,
      multiples: [1, 2, 4, 10, 16], isPrevious: true),
    Family(
      name: "r4", architecture: "x86_64", gibPerVCPU: 7.625, largePrice: 0.133,
      multiples: [1, 2, 4, 8, 16], isPrevious: true),
    Family(name: "m5", architecture: "x86_64", gibPerVCPU: 4, largePrice: 0.096),
    Family(name: "m6i", architecture: "x86_64", gibPerVCPU: 4, largePrice: 0.096),
    Family(name: "m6a", architecture: "x86_64", gibPerVCPU: 4, largePrice: 0.0864),
    Family(name: "m7i", architecture: "x86_64", gibPerVCPU: 4, largePrice: 0.1008),
    Family(
      name: "m6g", architecture: "arm64", gibPerVCPU: 4, largePrice: 0.077, multiples: graviton),
    Family(
      name: "m7g", architecture: "arm64", gibPerVCPU: 4, largePrice: 0.0816, multiples: graviton),
    Family(
      name: "c5", architecture: "x86_64", gibPerVCPU: 2, largePrice: 0.085,
      multiples: [1, 2, 4, 9, 12, 18, 24]),
    Family(name: "c6i", architecture: "x86_64", gibPerVCPU: 2, largePrice: 0.085),
    Family(name: "c6a", architecture: "x86_64", gibPerVCPU: 2, largePrice: 0.0765),
    Family(name: "c7i", architecture: "x86_64", gibPerVCPU: 2, largePrice: 0.08925),
    Family(
      name: "c6g", architecture: "arm64", gibPerVCPU: 2, largePrice: 0.068, multiples: graviton),
    Family(
      name: "c7g", architecture: "arm64", gibPerVCPU: 2, largePrice: 0.0725, multiples: graviton),
    Family(name: "r5", architecture: "x86_64", gibPerVCPU: 8, largePrice: 0.126),
    Family(name: "r6i", architecture: "x86_64", gibPerVCPU: 8, largePrice: 0.126),
    Family(name: "r6a", architecture: "x86_64", gibPerVCPU: 8, largePrice: 0.1134),
    Family(name: "r7i", architecture: "x86_64", gibPerVCPU: 8, largePrice: 0.1323),
    Family(
      name: "r6g", architecture: "arm64", gibPerVCPU: 8, largePrice: 0.1008, multiples: graviton),
    Family(
      name: "r7g", architecture: "arm64", gibPerVCPU: 8, largePrice: 0.1071, multiples: graviton),
  ]
}

extension InstanceCatalog {
  /// c4, whose prices are not multiples of its smallest size's.
  private static let c4 = [
    ("large", 2.0, 3.75, 0.1), ("xlarge", 4, 7.5, 0.199), ("2xlarge", 8, 15, 0.398),
    ("4xlarge", 16, 30, 0.796), ("8xlarge", 36, 60, 1.591),
  ].map { size, vcpus, memory, price in
    InstanceType(
      name: "c4.\(size)", family: "c4", vcpus: vcpus, memoryGiB: memory, price: price,
      architecture: "x86_64", isBurstable: false, isPreviousGeneration: true)
  }

  /// t2, the first burstable family: one processor up to `small`.
  private static let t2 = [
    ("nano", 1.0, 0.5, 0.0058), ("micro", 1, 1, 0.0116), ("small", 1, 2, 0.023),
    ("medium", 2, 4, 0.0464), ("large", 2, 8, 0.0928), ("xlarge", 4, 16, 0.1856),
    ("2xlarge", 8, 32, 0.3712),
  ].map { size, vcpus, memory, price in
    InstanceType(
      name: "t2.\(size)", family: "t2", vcpus: vcpus, memoryGiB: memory, price: price,
      architecture: "x86_64", isBurstable: true, isPreviousGeneration: true)
  }

  /// The types of the burstable families, whose sizes do not follow the general rule.
  private static func burstable(
    _ family: String, _ architecture: String, largePrice: Double
  ) -> [InstanceType] {
    [
      ("nano", 2.0, 0.5, 0.0625), ("micro", 2, 1, 0.125), ("small", 2, 2, 0.25),
      ("medium", 2, 4, 0.5), ("large", 2, 8, 1), ("xlarge", 4, 16, 2), ("2xlarge", 8, 32, 4),
    ].map { size, vcpus, memory, factor in
      InstanceType(
        name: "\(family).\(size)", family: family, vcpus: vcpus, memoryGiB: memory,
        price: largePrice * factor, architecture: architecture, isBurstable: true)
    }
  }

  /// The current and previous generations of the common families.
  package static let shipped = InstanceCatalog(
    types: families.flatMap(\.sizes) + c4 + t2
      + burstable("t3", "x86_64", largePrice: 0.0832)
      + burstable("t3a", "x86_64", largePrice: 0.0752)
      + burstable("t4g", "arm64", largePrice: 0.0672))
}
