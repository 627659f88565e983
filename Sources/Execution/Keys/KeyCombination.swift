/// Numbers tuples of key numbers in order of first appearance.
struct KeyCombination {
  /// At most so many bits index a plain table.
  private static let denseBits = 20

  private let keyCount: Int
  /// Tuple `i` is `tuples[i * keyCount ..< (i + 1) * keyCount]`.
  private var tuples: [UInt32] = []
  /// Bits that each key's numbers take; numbers that need more lead to a rebuild.
  private var bits: [Int]
  private var dense: [UInt32] = []
  /// Where the tuple does not fit one word, the words are numbered step by step: a step packs the number
  /// found so far with the keys that still fit.
  private var steps: [Step] = []

  private struct Step {
    let keys: Range<Int>
    var table = IntegerTable()
  }

  init(keyCount: Int) {
    self.keyCount = keyCount
    bits = [Int](repeating: 0, count: keyCount)
  }

  var count: Int { tuples.count / keyCount }
  var byteCount: Int {
    tuples.capacity * 4 + dense.count * 4 + steps.reduce(0) { $0 + $1.table.byteCount }
  }

  /// The numbers of one key, by tuple.
  func numbers(ofKey key: Int) -> [UInt32] {
    (0..<count).map { tuples[$0 * keyCount + key] }
  }

  /// - Parameter keyCounts: How many numbers each key has; all numbers are below.
  mutating func assign(_ ids: [KeyIds], keyCounts: [Int], count rowCount: Int) -> [UInt32] {
    makeRoom(keyCounts)
    return steps.isEmpty ? assignDense(ids, rowCount) : assignHashed(ids, rowCount)
  }

  private mutating func makeRoom(_ keyCounts: [Int]) {
    let needed = keyCounts.map { Int.bitWidth - max(0, $0 - 1).leadingZeroBitCount }
    guard dense.isEmpty && steps.isEmpty || zip(needed, bits).contains(where: { $0 > $1 }) else {
      return
    }
    // Half a bit of growth on average for small keys, room for many more for large ones.
    bits = zip(needed, bits).map { max($0, $1) }
    if bits.reduce(0, +) <= Self.denseBits && steps.isEmpty {
      dense = [UInt32](repeating: IntegerTable.absent, count: 1 << bits.reduce(0, +))
      for tuple in 0..<count { dense[word(of: tuple, keys: 0..<keyCount)] = UInt32(tuple) }
      return
    }
    dense = []
    bits = bits.map { min(32, $0 + 4) }
    steps = planSteps()
    for tuple in 0..<count { _ = insertTuple(tuple) }
  }

  private func planSteps() -> [Step] {
    var steps: [Step] = []
    var start = 0
    while start < keyCount {
      var used = start == 0 ? 0 : 32
      var end = start
      while end < keyCount, used + bits[end] <= 64 {
        used += bits[end]
        end += 1
      }
      steps.append(Step(keys: start..<end))
      start = end
    }
    return steps
  }

  private func word(of tuple: Int, keys: Range<Int>) -> Int {
    var word = 0
    for key in keys.reversed() { word = word << bits[key] | Int(tuples[tuple * keyCount + key]) }
    return word
  }

  private mutating func insertTuple(_ tuple: Int) -> UInt32 {
    var found: UInt32 = 0
    for step in steps.indices {
      var packed: UInt64 = step == 0 ? 0 : UInt64(found)
      for key in steps[step].keys.reversed() {
        packed = packed << UInt64(bits[key]) | UInt64(tuples[tuple * keyCount + key])
      }
      found = steps[step].table.insert(packed)
    }
    return found
  }

  /// The number of each tuple, `IntegerTable.absent` where it has none or one of its parts is absent.
  func find(_ ids: [KeyIds], count rowCount: Int) -> [UInt32] {
    (0..<rowCount).map { row in
      var found: UInt32 = 0
      if steps.isEmpty {
        guard !dense.isEmpty else { return IntegerTable.absent }
        var word = 0
        for key in ids.indices.reversed() {
          let id = ids[key].id(row)
          if id == IntegerTable.absent { return id }
          word = word << bits[key] | Int(id)
        }
        return dense[word]
      }
      for step in steps.indices {
        var packed: UInt64 = step == 0 ? 0 : UInt64(found)
        for key in steps[step].keys.reversed() {
          let id = ids[key].id(row)
          if id == IntegerTable.absent { return id }
          packed = packed << UInt64(bits[key]) | UInt64(id)
        }
        found = steps[step].table.find(packed)
        if found == IntegerTable.absent { return found }
      }
      return found
    }
  }

  private mutating func assignDense(_ ids: [KeyIds], _ rowCount: Int) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: rowCount)
    var shift: UInt32 = 0
    for (key, numbers) in ids.enumerated() {
      Self.pack(numbers, into: &words, shift: shift)
      shift += UInt32(bits[key])
    }
    var table = dense
    dense = []
    defer { dense = table }
    var row = 0
    while true {
      row = Self.replaceKnown(&words, table, from: row)
      guard row < rowCount else { break }
      table[Int(words[row])] = UInt32(count)
      for numbers in ids { tuples.append(numbers.id(row)) }
    }
    return words
  }

  /// Replaces words by what the table has for them, until a word is new; gives its row.
  private static func replaceKnown(
    _ words: inout [UInt32], _ table: [UInt32], from start: Int
  ) -> Int {
    let known = table.span
    var found = words.mutableSpan
    for row in start..<found.count {
      let group = known[Int(found[row])]
      if group == IntegerTable.absent { return row }
      found[row] = group
    }
    return found.count
  }

  private mutating func assignHashed(_ ids: [KeyIds], _ rowCount: Int) -> [UInt32] {
    var found = [UInt32](repeating: 0, count: rowCount)
    for step in steps.indices {
      var words = [UInt64](repeating: 0, count: rowCount)
      var shift: UInt64 = 0
      for key in steps[step].keys {
        Self.pack(ids[key], into: &words, shift: shift)
        shift += UInt64(bits[key])
      }
      if step > 0 { Self.pack(.rows(found), into: &words, shift: shift) }
      let isLast = step == steps.count - 1
      for row in 0..<rowCount {
        let number = steps[step].table.insert(words[row])
        found[row] = number
        if isLast, Int(number) == count {
          for numbers in ids { tuples.append(numbers.id(row)) }
        }
      }
    }
    return found
  }

  private static func pack<Word: FixedWidthInteger>(
    _ numbers: KeyIds, into words: inout [Word], shift: Word
  ) {
    var out = words.mutableSpan
    switch numbers {
    case .constant(let id):
      let part = Word(truncatingIfNeeded: id) &<< shift
      if part == 0 { return }
      for row in out.indices { out[row] |= part }
    case .rows(let ids):
      let source = ids.span
      for row in out.indices { out[row] |= Word(truncatingIfNeeded: source[row]) &<< shift }
    }
  }
}
