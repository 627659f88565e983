import Columns

/// min or max of numbers, dates and the like.
struct Extreme<Input, Direction: ExtremeDirection<Input>>: GroupState {
  private(set) var value: Input?

  @inline(__always)
  mutating func add(_ new: Input) {
    guard let old = value else {
      value = new
      return
    }
    if Direction.isBetter(new, old) { value = new }
  }

  mutating func merge(_ other: Extreme) {
    if let other = other.value { add(other) }
  }
}

protocol ExtremeDirection<Input> {
  associatedtype Input
  static func isBetter(_ a: Input, _ b: Input) -> Bool
}

enum Smallest<Input: Comparable>: ExtremeDirection {
  static func isBetter(_ a: Input, _ b: Input) -> Bool { a < b }
}

enum Largest<Input: Comparable>: ExtremeDirection {
  static func isBetter(_ a: Input, _ b: Input) -> Bool { a > b }
}

/// NaN is neither the smallest nor the largest beside other doubles.
enum SmallestDouble: ExtremeDirection {
  static func isBetter(_ a: Double, _ b: Double) -> Bool { a < b || (b.isNaN && !a.isNaN) }
}

enum LargestDouble: ExtremeDirection {
  static func isBetter(_ a: Double, _ b: Double) -> Bool { a > b || (b.isNaN && !a.isNaN) }
}

/// The accumulators of min and max.
enum Extremes {
  static func smallest(_ type: DataType) -> any Accumulator {
    switch type.physical {
    case .int64:
      StateAccumulator<Extreme<Int64, Smallest<Int64>>>(
        loop: { GroupedLoop.int64s(&$0, $1, $2) }
      ) { result(type, $0, Values.int64, 0) }
    case .double:
      StateAccumulator<Extreme<Double, SmallestDouble>>(
        loop: { GroupedLoop.doubles(&$0, $1, $2) }
      ) { result(type, $0, Values.double, 0) }
    case .decimal:
      StateAccumulator<Extreme<Int128, Smallest<Int128>>>(
        loop: { GroupedLoop.decimals(&$0, $1, $2) }
      ) { result(type, $0, Values.decimal, 0) }
    case .text: TextExtremeAccumulator(type, isLargest: false)
    case .boolean, .array, .map, .row: ValueExtremeAccumulator(type, isLargest: false)
    }
  }

  static func largest(_ type: DataType) -> any Accumulator {
    switch type.physical {
    case .int64:
      StateAccumulator<Extreme<Int64, Largest<Int64>>>(
        loop: { GroupedLoop.int64s(&$0, $1, $2) }
      ) { result(type, $0, Values.int64, 0) }
    case .double:
      StateAccumulator<Extreme<Double, LargestDouble>>(
        loop: { GroupedLoop.doubles(&$0, $1, $2) }
      ) { result(type, $0, Values.double, 0) }
    case .decimal:
      StateAccumulator<Extreme<Int128, Largest<Int128>>>(
        loop: { GroupedLoop.decimals(&$0, $1, $2) }
      ) { result(type, $0, Values.decimal, 0) }
    case .text: TextExtremeAccumulator(type, isLargest: true)
    case .boolean, .array, .map, .row: ValueExtremeAccumulator(type, isLargest: true)
    }
  }

  private static func result<Input, Direction: ExtremeDirection<Input>>(
    _ type: DataType, _ states: [Extreme<Input, Direction>], _ wrap: ([Input]) -> Values,
    _ zero: Input
  ) -> Column {
    .results(type, wrap(states.map { $0.value ?? zero }), states.map { $0.value != nil })
  }
}

/// min or max of text, byte by byte; each entry of a dictionary is compared once a batch at most.
final class TextExtremeAccumulator: Accumulator {
  private let type: DataType
  private let isLargest: Bool
  private var best: [[UInt8]?] = []
  private var known: ColumnDictionary?
  private var ranks: [UInt32] = []
  /// Without groups: the entries of the known dictionary that need not be offered any more.
  private var isOffered: [Bool] = []

  init(_ type: DataType, isLargest: Bool) {
    self.type = type
    self.isLargest = isLargest
  }

  func resize(groups count: Int) { best.extend(to: count, with: nil) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    switch arguments[0].form {
    case .constant(let value):
      guard case .bytes(let bytes) = value else { return }
      var one = TextVector()
      one.append(bytes)
      for group in Set(groups ?? [0]) { offer(one, 0, to: Int(group)) }
    case .flat(.text(let texts), let validity): update(groups, texts, validity)
    case .dictionary(let codes, let dictionary):
      guard case .flat(.text(let texts), let validity) = dictionary.values.form else { return }
      guard let groups else { return update(codes, texts, validity, dictionary) }
      if dictionary.count > 65_536 {
        for row in codes.indices where validity.isPresent(Int(codes[row])) {
          offer(texts, Int(codes[row]), to: Int(groups[row]))
        }
      } else {
        updateByRank(groups, codes, texts, dictionary)
      }
    case .flat: return
    }
  }

  private func update(_ groups: [UInt32]?, _ texts: TextVector, _ validity: Validity) {
    guard let groups else {
      if let winner = texts.extremeRow(isLargest: isLargest, validity) {
        offer(texts, winner, to: 0)
      }
      return
    }
    for row in 0..<texts.count where validity.isPresent(row) {
      offer(texts, row, to: Int(groups[row]))
    }
  }

  /// Without groups: the entries that occur, each compared once.
  private func update(
    _ codes: [UInt32], _ texts: TextVector, _ validity: Validity, _ dictionary: ColumnDictionary
  ) {
    if known !== dictionary {
      known = dictionary
      isOffered =
        validity.mask.map { $0.map { !$0 } } ?? [Bool](repeating: false, count: texts.count)
    }
    var new: [UInt32] = []
    var marks = isOffered
    isOffered = []
    Self.mark(codes, &marks, &new)
    isOffered = marks
    for code in new { offer(texts, Int(code), to: 0) }
  }

  private static func mark(_ codes: [UInt32], _ marks: inout [Bool], _ new: inout [UInt32]) {
    let source = codes.span
    var isOffered = marks.mutableSpan
    for row in source.indices where !isOffered[Int(source[row])] {
      isOffered[Int(source[row])] = true
      new.append(source[row])
    }
  }

  private func updateByRank(
    _ groups: [UInt32], _ codes: [UInt32], _ texts: TextVector, _ dictionary: ColumnDictionary
  ) {
    if known !== dictionary {
      known = dictionary
      ranks = rank(texts, dictionary.values)
    }
    // 0 is "none"; NULL has rank 0.
    var leading = [UInt32](repeating: 0, count: best.count)
    var winners = [UInt32](repeating: 0, count: best.count)
    for row in codes.indices {
      let code = codes[row]
      let group = Int(groups[row])
      if ranks[Int(code)] > leading[group] {
        leading[group] = ranks[Int(code)]
        winners[group] = code
      }
    }
    for group in leading.indices where leading[group] > 0 {
      offer(texts, Int(winners[group]), to: group)
    }
  }

  /// A number per entry, from 1, the higher the better; 0 for NULL.
  private func rank(_ texts: TextVector, _ values: Column) -> [UInt32] {
    let sorted = (0..<texts.count).filter { !values.isNull($0) }.sorted { a, b in
      let order = texts.compare(a, with: texts, b)
      return isLargest ? order < 0 : order > 0
    }
    var ranks = [UInt32](repeating: 0, count: texts.count)
    for (position, entry) in sorted.enumerated() { ranks[entry] = UInt32(position + 1) }
    return ranks
  }

  private func offer(_ texts: TextVector, _ row: Int, to group: Int) {
    if let old = best[group] {
      let order = texts.compare(row, with: old)
      guard isLargest ? order > 0 : order < 0 else { return }
    }
    best[group] = texts.copy(row)
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? TextExtremeAccumulator else { return }
    for (group, bytes) in other.best.enumerated() {
      guard let bytes else { continue }
      var one = TextVector()
      one.append(bytes)
      offer(one, 0, to: Int(mapping[group]))
    }
  }

  func finish() -> Column {
    Column(type, values: best.map { $0.map(Value.bytes) ?? .null })
  }
}

/// min or max of any other orderable type.
final class ValueExtremeAccumulator: Accumulator {
  private let type: DataType
  private let isLargest: Bool
  private var best: [Value] = []

  init(_ type: DataType, isLargest: Bool) {
    self.type = type
    self.isLargest = isLargest
  }

  func resize(groups count: Int) { best.extend(to: count, with: .null) }

  func update(groups: [UInt32]?, arguments: [Column], rowCount: Int) {
    for row in 0..<rowCount { offer(arguments[0].value(row), to: Int(groups?[row] ?? 0)) }
  }

  private func offer(_ value: Value, to group: Int) {
    if value.isNull { return }
    if !best[group].isNull {
      let order = Ordering.compare(value, best[group])
      guard isLargest ? order > 0 : order < 0 else { return }
    }
    best[group] = value
  }

  func merge(_ other: any Accumulator, mapping: [UInt32]) {
    guard let other = other as? ValueExtremeAccumulator else { return }
    for (group, value) in other.best.enumerated() { offer(value, to: Int(mapping[group])) }
  }

  func finish() -> Column { Column(type, values: best) }
}
