import Columns

/// What a source hands on: a row in the order of the table's columns, or many points.
enum PointPart {
  case row([Value])
  case block(PointBlock)

  /// Each point as a row.
  func forEachRow(_ body: ([Value]) throws -> Void) rethrows {
    switch self {
    case .row(let row): try body(row)
    case .block(let block): for position in 0..<block.count { try body(block.row(position)) }
    }
  }

  /// Bytes that it takes in memory, about.
  fileprivate var byteCount: Int {
    switch self {
    case .row(let row): 512 + row.count * 48
    case .block(let block): block.byteCount
    }
  }
}

/// Hands on the same points each time it is called.
typealias PointSource = ((PointPart) throws -> Void) throws -> Void

/// A source whose points stay in memory from the first reading on, so that they are not read again; where
/// there are more than a bound, all are read again.
final class KeptPoints {
  private let source: PointSource
  private var parts: [PointPart] = []
  private var state = State.unread
  private static let limit = 64 << 20

  private enum State { case unread, kept, tooMany }

  init(_ source: @escaping PointSource) { self.source = source }

  func forEach(_ body: (PointPart) throws -> Void) throws {
    switch state {
    case .tooMany: try source(body)
    case .kept: for part in parts { try body(part) }
    case .unread:
      var byteCount = 0
      try source { part in
        byteCount += part.byteCount
        if byteCount <= KeptPoints.limit { parts.append(part) } else { parts = [] }
        try body(part)
      }
      state = byteCount <= KeptPoints.limit ? .kept : .tooMany
    }
  }
}
