/// Neighbouring columns whose fields come together, so that their text is known as a whole.
///
/// What a bill says about a product, a hundred columns and more, is the same text on every line of that
/// product. Such text with the separators in it is a phrase. Phrases are numbered as they appear, and the
/// fields of each are looked at once, not on every line.
struct CSVFieldGroup {
  /// The positions of the fields in a record.
  let fields: Range<Int>
  private(set) var phrases = CSVFieldTable()
  /// How often the phrases have been numbered anew.
  private(set) var generation = 0
  /// Per phrase and field, the position behind the separator that ends it, from the start of the phrase.
  private var ends: [UInt32] = []

  /// The phrases of the records looked at last, one of each.
  private(set) var codes: [UInt32] = []
  /// Those that occur in them, each once.
  private(set) var distinct: [UInt32] = []
  /// The row within the block of the first of the records.
  private(set) var firstRow = 0
  /// Per phrase, the run of records in which it was seen last.
  private var lastSeen: [UInt32] = []
  private var run: UInt32 = 0

  /// Records since it was last judged whether the group is worth it, and phrases that were new in them.
  private var judged = (records: 0, new: 0)

  private static let recordsPerJudgement = 1 << 14
  /// A table beyond these is emptied.
  private static let mostPhrases = 1 << 14
  private static let mostBytes = 8 << 20

  init(_ fields: Range<Int>) { self.fields = fields }

  /// Takes the group's text in some records.
  mutating func take(
    _ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ texts: CSVFieldRun, _ dialect: CSVDialect
  ) {
    firstRow = texts.firstRow
    run &+= 1
    codes.removeAll(keepingCapacity: true)
    distinct.removeAll(keepingCapacity: true)
    let known = phrases.count
    let starts = numbers.extracting(texts.starts..<(texts.starts + texts.count))
    let ends = numbers.extracting(texts.ends..<(texts.ends + texts.count))
    phrases.appendCodes(bytes, starts, ends, to: &codes)
    for (row, phrase) in codes.enumerated() {
      if Int(phrase) == lastSeen.count {
        split(bytes, Int(starts[row])..<(Int(ends[row]) - 1), dialect)
        lastSeen.append(0)
      }
      if lastSeen[Int(phrase)] == run { continue }
      lastSeen[Int(phrase)] = run
      distinct.append(phrase)
    }
    judged.records += texts.count
    judged.new += phrases.count - known
  }

  /// Notes where the fields of a new phrase end.
  private mutating func split(
    _ bytes: Span<UInt8>, _ phrase: Range<Int>, _ dialect: CSVDialect
  ) {
    var start = phrase.lowerBound
    for _ in fields {
      var end = start
      if end < phrase.upperBound && bytes[end] == CSVDialect.quote {
        end = CSVQuotes.close(bytes, openedAt: end, phrase.upperBound, dialect).after
      }
      while end < phrase.upperBound && bytes[end] != dialect.delimiter { end += 1 }
      start = end + 1
      ends.append(UInt32(truncatingIfNeeded: start - phrase.lowerBound))
    }
  }

  /// Where in the bytes of ``phrases`` a field of a phrase is.
  func place(_ phrase: UInt32, field: Int) -> CSVFieldPlace {
    let first = Int(phrase) * fields.count
    let start = phrases.places[Int(phrase)].start
    let fieldStart = field == 0 ? start : start + ends[first + field - 1]
    return CSVFieldPlace(start: fieldStart, length: start + ends[first + field] - 1 - fieldStart)
  }

  /// Whether all fields of one column in the last records have nothing in them.
  func areEmpty(field: Int) -> Bool {
    distinct.allSatisfy { place($0, field: field).length == 0 }
  }

  /// The fields of one column in the last records as numbers into the bytes of ``phrases``, with where
  /// those are.
  func placed(field: Int) -> ([UInt32], CSVFieldRun) {
    let numbers = [UInt32](capacity: 2 * codes.count) { numbers in
      for phrase in codes { numbers.append(place(phrase, field: field).start) }
      for phrase in codes {
        let place = place(phrase, field: field)
        numbers.append(place.start + place.length + 1)
      }
    }
    let fields = CSVFieldRun(
      starts: 0, ends: codes.count, count: codes.count, firstRow: firstRow)
    return (numbers, fields)
  }

  /// Whether enough records have known phrases; judged every now and then.
  mutating func isWorthIt() -> Bool {
    guard judged.records > CSVFieldGroup.recordsPerJudgement else { return true }
    let isWorthIt = judged.new < judged.records / 4
    judged = (0, 0)
    return isWorthIt
  }

  /// Empties the table where it has become large.
  mutating func forgetIfFull() {
    guard
      phrases.count > CSVFieldGroup.mostPhrases || phrases.byteCount > CSVFieldGroup.mostBytes
    else { return }
    phrases = CSVFieldTable()
    ends = []
    lastSeen = []
    generation += 1
  }
}
