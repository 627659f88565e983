import Columns

/// Any column by way of its text: the distinct raw fields are numbered as they appear, and read once each.
/// Numbers are kept from one block to the next. Where nearly every field is a new one the numbering is
/// given up, and each field is read by itself.
struct CSVTextSink {
  private let reading: CSVFieldReading
  private var table = CSVFieldTable()
  /// The values of the table's fields as of the last block, and what is wrong with some of them.
  private var known: (dictionary: ColumnDictionary, reasons: [Int: String])?
  private var rowCount = 0
  private var expectedRows = 0
  /// The number of the last field, which all rows have as long as `codes` is empty.
  private var last: UInt32 = 0
  private var codes: [UInt32] = []
  /// Fields that the table had when the block began.
  private var knownFields = 0
  /// The fields that are not numbered, behind those that are.
  private var places: [CSVFieldPlace]?
  /// Blocks in which nothing was numbered, since the last one.
  private var flatBlocks = 0
  /// The numbers of the fields in the phrases of the column's group, or `unknown`.
  private var phraseCodes: [UInt32] = []
  private var phraseGeneration = 0

  /// Beyond these the table is not kept.
  private static let mostFields = 4096
  private static let mostBytes = 1 << 18
  /// Fields from which on it is judged whether nearly every one is new.
  private static let fewestForFlat = 2048
  /// Blocks after which numbering is tried again.
  private static let retryDistance = 16
  private static let unknown = UInt32.max

  init(_ reading: CSVFieldReading) { self.reading = reading }

  /// - Parameter isInGroup: fields of groups are numbered, however many they are.
  mutating func begin(expecting rows: Int, isInGroup: Bool) {
    rowCount = 0
    expectedRows = rows
    last = 0
    codes = []
    if !isInGroup && places != nil && flatBlocks < CSVTextSink.retryDistance {
      flatBlocks += 1
      places = []
      places?.reserveCapacity(rows)
      return
    }
    places = nil
    flatBlocks = 0
    if table.count > CSVTextSink.mostFields || table.byteCount > CSVTextSink.mostBytes {
      table = CSVFieldTable()
      known = nil
      phraseCodes = []
    }
    knownFields = table.count
  }

  /// Some empty fields.
  mutating func takeEmpty(_ count: Int) {
    guard count > 0 else { return }
    if places != nil {
      let empty = CSVFieldPlace(start: 0, length: 0)
      places?.append(contentsOf: repeatElement(empty, count: count))
      return
    }
    let code = table.emptyCode()
    if codes.isEmpty && (rowCount == 0 || code == last) {
      last = code
    } else {
      spread()
      codes.append(contentsOf: repeatElement(code, count: count))
    }
    rowCount += count
  }

  mutating func take(_ bytes: Span<UInt8>, _ numbers: Span<UInt32>, _ fields: CSVFieldRun) {
    let starts = numbers.extracting(fields.starts..<(fields.starts + fields.count))
    let ends = numbers.extracting(fields.ends..<(fields.ends + fields.count))
    if places != nil { return takeFlat(starts, ends) }
    takeCodes(bytes, starts, ends)
    let newFields = table.count - knownFields
    if table.count > CSVTextSink.fewestForFlat && newFields > rowCount / 4 * 3 { places = [] }
  }

  /// The fields of one column of a group.
  mutating func take(_ group: CSVFieldGroup, field: Int) {
    if phraseGeneration != group.generation {
      phraseGeneration = group.generation
      phraseCodes = []
    }
    let newPhrases = group.phrases.count - phraseCodes.count
    phraseCodes.append(contentsOf: repeatElement(CSVTextSink.unknown, count: newPhrases))
    var areSame = true
    var first = CSVTextSink.unknown
    for phrase in group.distinct {
      var code = phraseCodes[Int(phrase)]
      if code == CSVTextSink.unknown {
        let place = group.place(phrase, field: field)
        code = table.code(group.phrases.bytes.span, Int(place.start), Int(place.length))
        phraseCodes[Int(phrase)] = code
      }
      if first == CSVTextSink.unknown { first = code }
      areSame = areSame && code == first
    }
    let rows = group.codes.count
    if areSame && codes.isEmpty && (rowCount == 0 || first == last) {
      last = first
    } else {
      spread()
      if areSame {
        codes.append(contentsOf: repeatElement(first, count: rows))
      } else {
        appendCodes(group.codes.span)
      }
    }
    rowCount += rows
  }

  private mutating func appendCodes(_ phrases: Span<UInt32>) {
    // Moved out and back, so that the loop has them alone.
    var allCodes: [UInt32] = []
    swap(&allCodes, &codes)
    let first = allCodes.count
    allCodes.append(contentsOf: repeatElement(0, count: phrases.count))
    var rows = allCodes.mutableSpan
    let phraseCodes = phraseCodes
    for row in phrases.indices { rows[first &+ row] = phraseCodes[Int(phrases[row])] }
    swap(&allCodes, &codes)
  }

  private mutating func takeFlat(_ starts: Span<UInt32>, _ ends: Span<UInt32>) {
    for row in starts.indices {
      places?.append(CSVFieldPlace(start: starts[row], length: ends[row] &- 1 &- starts[row]))
    }
  }

  private mutating func takeCodes(
    _ bytes: Span<UInt8>, _ starts: Span<UInt32>, _ ends: Span<UInt32>
  ) {
    guard starts.count > 0 else { return }
    var same = 0
    if codes.isEmpty {
      let start = Int(starts[0])
      let length = Int(ends[0]) &- 1 &- start
      let code = table.code(bytes, start, length)
      if rowCount == 0 || code == last {
        repeat {
          same += 1
        } while same < starts.count
          && Int(ends[same]) &- 1 &- Int(starts[same]) == length
          && CSVCompare.equal(bytes, Int(starts[same]), bytes, start, length)
        last = code
        rowCount += same
        if same == starts.count { return }
      }
    }
    spread()
    let rest = same..<starts.count
    table.appendCodes(bytes, starts.extracting(rest), ends.extracting(rest), to: &codes)
    rowCount += rest.count
  }

  /// Gives each row so far a code of its own.
  private mutating func spread() {
    guard codes.isEmpty else { return }
    codes.reserveCapacity(max(expectedRows, rowCount))
    codes.append(contentsOf: repeatElement(last, count: rowCount))
  }

  /// - Parameter hasReturns: whether `bytes` may have the line end in them that is not the file's.
  mutating func finish(
    _ bytes: [UInt8], hasReturns: Bool, order: Int, problems: inout [CSVProblem]
  ) -> Column {
    guard let places else { return finishCodes(order: order, problems: &problems) }
    let (column, faults) = reading.column(bytes, places, hasReturns: hasReturns)
    for (row, reason) in faults {
      problems.append(CSVProblem(row: rowCount + row, order: order, reason: reason))
    }
    if rowCount == 0 { return column }
    let numbered = finishCodes(order: order, problems: &problems)
    table = CSVFieldTable()
    known = nil
    return Column.concatenated([numbered.flattened(), column], type: column.type)
  }

  private mutating func finishCodes(order: Int, problems: inout [CSVProblem]) -> Column {
    let (dictionary, reasons) = values()
    if !reasons.isEmpty {
      for row in 0..<rowCount {
        guard let reason = reasons[Int(codes.isEmpty ? last : codes[row])] else { continue }
        problems.append(CSVProblem(row: row, order: order, reason: reason))
      }
    }
    guard !codes.isEmpty else {
      let value = rowCount == 0 ? .null : dictionary.values.value(Int(last))
      return Column(dictionary.values.type, constant: value, count: rowCount)
    }
    let column = Column(codes: codes, dictionary)
    codes = []
    return column
  }

  private mutating func values() -> (dictionary: ColumnDictionary, reasons: [Int: String]) {
    guard let known else { return read(after: nil) }
    return known.dictionary.count == table.count ? known : read(after: known)
  }

  /// Reads the fields that the table has got since.
  private mutating func read(
    after earlier: (dictionary: ColumnDictionary, reasons: [Int: String])?
  ) -> (dictionary: ColumnDictionary, reasons: [Int: String]) {
    let count = earlier?.dictionary.count ?? 0
    let (new, faults) = reading.column(
      table.bytes, Array(table.places[count...]), hasReturns: true)
    var reasons = earlier?.reasons ?? [:]
    for (place, reason) in faults { reasons[count + place] = reason }
    let dictionary =
      if let earlier {
        ColumnDictionary(
          Column.concatenated([earlier.dictionary.values, new], type: new.type),
          of: earlier.dictionary.family)
      } else { ColumnDictionary(new) }
    known = (dictionary, reasons)
    return (dictionary, reasons)
  }
}

/// Where a raw field lies in its block.
struct CSVFieldPlace {
  let start: UInt32
  let length: UInt32

  var range: Range<Int> { Int(start)..<(Int(start) + Int(length)) }
}
