/// Finds the columns of a file whose fields come together, from its first records.
///
/// Columns side by side are a group as long as their fields have few combinations. A column with many
/// values that come once only, such as an id or a computed cost, is in none: each would be a new phrase.
struct CSVGroupChoice {
  /// Wider records are not looked at, which would take much memory.
  static let mostFields = 1024
  /// Records that are looked at.
  private static let wantedRows = 4096
  /// Fewer fields are found faster one by one.
  private static let fewestFields = 6
  /// There may be one combination in so many records.
  private static let rowsPerPhrase = 4
  /// Values that may come once only, where most of a column's do.
  private static let mostSingles = 8

  /// Whether the column at a position is read.
  private let isWanted: [Bool]
  private var rowCount = 0
  /// Per column, a hash of each record's field.
  private var hashes: [[UInt32]]

  /// - Parameter positions: of the columns that are read.
  init(wanted positions: [Int], fieldCount: Int) {
    var isWanted = [Bool](repeating: false, count: fieldCount)
    for position in positions { isWanted[position] = true }
    self.isWanted = isWanted
    hashes = [[UInt32]](repeating: [], count: fieldCount)
  }

  /// Looks at some records.
  ///
  /// - Parameter index: without groups.
  mutating func look(at bytes: Span<UInt8>, _ index: CSVRecordIndex) {
    if rowCount >= CSVGroupChoice.wantedRows { return }
    let numbers = index.numbers.span
    for field in hashes.indices {
      for row in 0..<index.count {
        let number = field * index.stride + row
        let start = Int(numbers[number])
        let length = Int(numbers[number + index.stride]) - 1 - start
        hashes[field].append(CSVHash.hash(bytes, start, length))
      }
    }
    rowCount += index.count
  }

  /// The groups, nil until enough has been seen.
  var groups: [CSVFieldGroup]? {
    if rowCount < CSVGroupChoice.wantedRows { return nil }
    let mostPhrases = rowCount / CSVGroupChoice.rowsPerPhrase
    var groups: [CSVFieldGroup] = []
    var first = 0
    var phrases = FieldCombinations(rowCount: rowCount)
    for field in hashes.indices {
      let fields = FieldCombinations(rowCount: rowCount).with(hashes[field])
      if isWanted[field] && repeats(fields) {
        let longer = phrases.with(hashes[field])
        if longer.count <= mostPhrases {
          phrases = longer
          continue
        }
        groups += group(first..<field)
        (first, phrases) = (field, fields)
      } else {
        groups += group(first..<field)
        (first, phrases) = (field + 1, FieldCombinations(rowCount: rowCount))
      }
    }
    return groups + group(first..<hashes.count)
  }

  /// Whether fields come again, and are no moments that pass.
  private func repeats(_ fields: FieldCombinations) -> Bool {
    fields.singles <= max(CSVGroupChoice.mostSingles, fields.count / 2)
      && fields.lateRecords < rowCount / 64
  }

  /// None where the fields are too few.
  private func group(_ fields: Range<Int>) -> [CSVFieldGroup] {
    fields.count < CSVGroupChoice.fewestFields ? [] : [CSVFieldGroup(fields)]
  }
}

/// The combinations of some columns' fields, numbered in the order in which they first come.
private struct FieldCombinations {
  /// One of each record.
  private var numbers: [UInt32]
  /// How often each comes.
  private var uses: [Int]

  /// Of no columns: all records have the same.
  init(rowCount: Int) {
    numbers = [UInt32](repeating: 0, count: rowCount)
    uses = [rowCount]
  }

  var count: Int { uses.count }

  /// Those that come once only.
  var singles: Int { uses.count { $0 == 1 } }

  /// Records of the last quarter with a combination that the ones before it do not have.
  var lateRecords: Int {
    let late = numbers.count - numbers.count / 4
    let known = (numbers[..<late].max() ?? 0) + 1
    return numbers[late...].count { $0 >= known }
  }

  /// The combinations with one more column, given by a hash of each field.
  func with(_ hashes: [UInt32]) -> FieldCombinations {
    var result = FieldCombinations(rowCount: numbers.count)
    result.uses = []
    // Open addressing: what is looked for, and its number plus one.
    let slotMask = (numbers.count * 2).nextPowerOfTwo - 1
    var keys = [UInt64](repeating: 0, count: slotMask + 1)
    var found = [UInt32](repeating: 0, count: slotMask + 1)
    for row in numbers.indices {
      let key = UInt64(numbers[row]) << 32 | UInt64(hashes[row])
      var slot = Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 40) & slotMask
      while found[slot] != 0 && keys[slot] != key { slot = (slot + 1) & slotMask }
      if found[slot] == 0 {
        result.uses.append(0)
        keys[slot] = key
        found[slot] = UInt32(result.uses.count)
      }
      result.numbers[row] = found[slot] - 1
      result.uses[Int(found[slot]) - 1] += 1
    }
    return result
  }
}

extension Int {
  fileprivate var nextPowerOfTwo: Int {
    var power = 1
    while power < self { power *= 2 }
    return power
  }
}
