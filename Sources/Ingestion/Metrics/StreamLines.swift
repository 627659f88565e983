import Columns
import Files
import Synchronization
import TextFormats

/// Reads the lines of a metric stream, of each kind the first by parsing it and the others by their numbers.
///
/// A kind is a series with all that its lines say but numbers: ``JSONOutline`` tells whether a line is of a
/// kind that was seen before. Whatever is no line of a stream is left to the reader of documents.
struct StreamLines: Sendable {
  let layout: PointLayout
  /// The point of one document.
  let point: @Sendable (JSONValue) throws -> MetricPoint
  private let kinds = StreamKinds()

  /// Some line is not what a metric stream writes, or not in its way.
  struct OtherShape: Error {}

  init(_ layout: PointLayout, point: @escaping @Sendable (JSONValue) throws -> MetricPoint) {
    self.layout = layout
    self.point = point
  }

  /// The points of some whole lines.
  ///
  /// - Throws: ``OtherShape`` for lines that are to be read as documents; what is wrong with them is found
  ///   out there.
  func points(_ lines: [UInt8]) throws(OtherShape) -> PointBlock {
    var reading = StreamReading(layout, kinds.known)
    let bytes = lines.span
    var position = 0
    while position < bytes.count {
      let start = position
      guard let end = reading.outline.scan(bytes, from: start) else { throw OtherShape() }
      position = end + 1
      if reading.append(bytes) || StreamLines.isBlank(bytes, start, end) { continue }
      do {
        let json = try JSONValue.parse(Array(lines[start..<end]), file: "")
        guard json["metric_stream_name"] != nil else { throw OtherShape() }
        reading.append(try point(json), json, bytes)
      } catch {
        throw OtherShape()
      }
    }
    kinds.add(reading.found)
    return reading.block
  }

  private static func isBlank(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for position in start..<end where ![0x20, 0x09, 0x0D].contains(bytes[position]) {
      return false
    }
    return true
  }
}

/// What lines with the same text but for their numbers say.
private final class StreamKind: Sendable {
  /// What the numbers of a line are, in their order.
  enum Role: Sendable, Equatable {
    case time
    case number(Int)
    case percentile
    /// Of a member that is no part of a point.
    case other
  }

  let rest: JSONOutline.Rest
  let series: PointSeries
  let roles: [Role]

  /// Nil where the numbers of the document are not the ones that its line has.
  init?(
    _ json: JSONValue, _ outline: JSONOutline, _ bytes: Span<UInt8>, _ series: PointSeries
  ) {
    var roles: [Role] = []
    for member in json.object?.members ?? [] {
      switch (member.key, member.value) {
      case ("timestamp", .number): roles.append(.time)
      case ("value", .object(let value)):
        for statistic in value.members { roles.append(StreamKind.role(statistic.key)) }
      default: roles += StreamKind.others(in: member.value)
      }
    }
    guard roles.count == outline.starts.count, roles.count(where: { $0 == .time }) == 1 else {
      return nil
    }
    self.roles = roles
    self.series = series
    rest = outline.rest(bytes)
  }

  private static func role(_ statistic: String) -> Role {
    var probe = MetricPoint(name: "", timestamp: 0)
    probe.set(statistic, 1)
    let numbers = [probe.count, probe.sum, probe.average, probe.minimum, probe.maximum]
    return numbers.firstIndex { $0 != nil }.map(Role.number) ?? .percentile
  }

  private static func others(in json: JSONValue) -> [Role] {
    switch json {
    case .number: [.other]
    case .array(let elements): elements.flatMap(others)
    case .object(let object): object.members.flatMap { others(in: $0.value) }
    case .null, .boolean, .string: []
    }
  }
}

/// The kinds of lines seen so far, by all threads.
private final class StreamKinds: Sendable {
  struct Known: Sendable {
    var kinds: [StreamKind] = []
    /// Positions by the hash of a line's rest.
    var positions: [UInt64: Int] = [:]
  }

  /// Lines of further kinds are parsed one by one.
  private static let most = 1 << 16
  private let state = Mutex(Known())

  var known: Known { state.withLock { $0 } }

  func add(_ found: [(hash: UInt64, kind: StreamKind)]) {
    if found.isEmpty { return }
    state.withLock { known in
      for (hash, kind) in found
      where known.positions[hash] == nil && known.kinds.count < StreamKinds.most {
        known.positions[hash] = known.kinds.count
        known.kinds.append(kind)
      }
    }
  }
}

/// The points of some lines as they are read.
private struct StreamReading {
  var outline = JSONOutline()
  private(set) var block: PointBlock
  /// Kinds of lines that were not known before.
  private(set) var found: [(hash: UInt64, kind: StreamKind)] = []
  private var known: StreamKinds.Known
  /// For each kind its series in the block.
  private var members: [UInt32]
  private static let none = UInt32.max

  init(_ layout: PointLayout, _ known: StreamKinds.Known) {
    block = PointBlock(layout)
    self.known = known
    members = Array(repeating: StreamReading.none, count: known.kinds.count)
  }

  /// Adds the line looked over last by its numbers; whether its kind is known and they can be read.
  mutating func append(_ bytes: Span<UInt8>) -> Bool {
    guard let position = known.positions[outline.hash] else { return false }
    let kind = known.kinds[position]
    guard outline.matches(kind.rest, bytes) else { return false }
    var values = MeasuredNumbers()
    var time: Int64?
    var percentiles: [Double] = []
    for number in kind.roles.indices {
      let (start, end) = (outline.starts[number], outline.ends[number])
      switch kind.roles[number] {
      case .other: continue
      case .time: time = StreamReading.moment(bytes, start, end)
      case .number(let place):
        guard let value = NumberText.double(bytes, start, end) else { return false }
        values.set(place, value)
      case .percentile:
        guard let value = NumberText.double(bytes, start, end) else { return false }
        percentiles.append(value)
      }
    }
    guard let time else { return false }
    values.setAverage()
    if members[position] == StreamReading.none { members[position] = block.add(kind.series) }
    block.append(members[position], at: time, values)
    for percentile in percentiles { block.append(percentile: percentile) }
    return true
  }

  /// A usual time in milliseconds, as microseconds; nil for what is to be looked at more closely.
  private static func moment(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int64? {
    guard end - start <= 15, let milliseconds = NumberText.int64(bytes, start, end),
      milliseconds * 1000 >= MetricPoint.earliest
    else { return nil }
    return milliseconds * 1000
  }

  /// Adds the point of the line looked over last, and its kind to those that are known.
  mutating func append(_ point: MetricPoint, _ json: JSONValue, _ bytes: Span<UInt8>) {
    let series = PointSeries(point, block.layout)
    let member = block.add(series)
    block.append(member, at: point.timestamp, MeasuredNumbers(point))
    for percentile in point.percentiles { block.append(percentile: percentile.value) }
    guard known.positions[outline.hash] == nil,
      let kind = StreamKind(json, outline, bytes, series)
    else { return }
    known.positions[outline.hash] = known.kinds.count
    known.kinds.append(kind)
    members.append(member)
    found.append((outline.hash, kind))
  }
}
