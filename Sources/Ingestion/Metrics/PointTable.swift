/// The points of a source by their keys, with a hash of what was measured and what is known of each.
///
/// Open addressing in many small tables, which grow one at a time and each by half: a table of millions of
/// points takes little more than these, and never that of before beside it.
struct PointTable {
  private var parts = (0..<PointTable.partCount).map(Part.init)
  private static let partBits = 6
  private static let partCount = 1 << partBits

  /// How many points there are, each counted once.
  var count: Int { parts.reduce(0) { $0 + $1.count } }

  /// Takes in that the source has a point.
  ///
  /// - Parameter values: a hash of what was measured, kept of the first time.
  mutating func add(_ key: PointIdentity.Key, _ values: Int) {
    parts[part(of: key)].add(key, values)
  }

  /// Takes in that the table has a point as it is.
  mutating func markThere(_ key: PointIdentity.Key) { parts[part(of: key)].markThere(key) }

  func contains(_ key: PointIdentity.Key) -> Bool { !marks(of: key).isEmpty }

  /// Whether the source has a point once, and with these values.
  func isOnce(_ key: PointIdentity.Key, _ values: Int) -> Bool {
    let slot = parts[part(of: key)].slot(of: key)
    return !slot.marks.isEmpty && !slot.marks.contains(.repeated) && slot.hasValues(values)
  }

  /// Whether the source has a point that the table does not have as it is.
  func isMissing(_ key: PointIdentity.Key) -> Bool {
    let marks = marks(of: key)
    return !marks.isEmpty && !marks.contains(.there)
  }

  /// The points that the source has several times.
  var repeatedKeys: [PointIdentity.Key] { parts.flatMap(\.repeatedKeys) }

  private func marks(of key: PointIdentity.Key) -> Marks {
    parts[part(of: key)].slot(of: key).marks
  }

  /// A key is two hashes already: the first bits tell the part, those that follow the place in it.
  @inline(__always)
  private func part(of key: PointIdentity.Key) -> Int {
    Int(truncatingIfNeeded: UInt(bitPattern: key.first) >> UInt(UInt.bitWidth - Self.partBits))
  }
}

extension PointTable {
  /// What is known of a point; nothing where a slot is free.
  fileprivate struct Marks: OptionSet {
    let rawValue: Int
    static let known = Marks(rawValue: 1)
    /// The source has it several times.
    static let repeated = Marks(rawValue: 2)
    /// The table has it as it is.
    static let there = Marks(rawValue: 4)
    static let all: Marks = [.known, .repeated, .there]
  }

  /// A point, or room for one.
  fileprivate struct Slot {
    var key = PointIdentity.Key(first: 0, second: 0)
    /// The hash of what was measured, with the marks in place of its last bits.
    private var valuesAndMarks = 0

    init() {}

    init(_ key: PointIdentity.Key, _ values: Int) {
      self.key = key
      valuesAndMarks = values & ~Marks.all.rawValue | Marks.known.rawValue
    }

    var marks: Marks { Marks(rawValue: valuesAndMarks & Marks.all.rawValue) }

    mutating func insert(_ mark: Marks) { valuesAndMarks |= mark.rawValue }

    func hasValues(_ values: Int) -> Bool {
      (valuesAndMarks ^ values) & ~Marks.all.rawValue == 0
    }
  }

  /// The points whose keys begin alike.
  fileprivate struct Part {
    private var slots: [Slot]
    private(set) var count = 0

    /// - Parameter position: which part it is; their sizes differ, so that they do not all grow at once.
    init(_ position: Int) {
      slots = Array(repeating: Slot(), count: PointTable.partCount + position / 2)
    }

    mutating func add(_ key: PointIdentity.Key, _ values: Int) {
      let place = place(of: key)
      guard slots[place].marks.isEmpty else {
        slots[place].insert(.repeated)
        return
      }
      slots[place] = Slot(key, values)
      count += 1
      if count * 5 > slots.count * 4 { grow() }
    }

    mutating func markThere(_ key: PointIdentity.Key) {
      let place = place(of: key)
      if !slots[place].marks.isEmpty { slots[place].insert(.there) }
    }

    /// A point's slot, or a free one.
    func slot(of key: PointIdentity.Key) -> Slot { slots[place(of: key)] }

    var repeatedKeys: [PointIdentity.Key] {
      slots.lazy.filter { $0.marks.contains(.repeated) }.map(\.key)
    }

    /// Where a key is, or the free slot where it would be.
    @inline(__always)
    private func place(of key: PointIdentity.Key) -> Int {
      let rest = UInt(bitPattern: key.first) << UInt(PointTable.partBits)
      var place = Int(bitPattern: rest.multipliedFullWidth(by: UInt(slots.count)).high)
      while !slots[place].marks.isEmpty && slots[place].key != key {
        place &+= 1
        if place == slots.count { place = 0 }
      }
      return place
    }

    private mutating func grow() {
      let old = slots
      slots = Array(repeating: Slot(), count: old.count + old.count / 2)
      for slot in old where !slot.marks.isEmpty { slots[place(of: slot.key)] = slot }
    }
  }
}
