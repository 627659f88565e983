import Dispatch
import Synchronization

/// Runs the pieces of a plan on some threads; results come in the order of the pieces.
struct Workers: Sendable {
  let threads: Int
  let cancellation: CancellationToken

  /// The calling thread only, for what is done on several threads at once.
  var alone: Workers { Workers(threads: 1, cancellation: cancellation) }

  /// The calling thread, never cancelled.
  static let plain = Workers(threads: 1, cancellation: CancellationToken())

  /// The results of all pieces, by piece.
  ///
  /// - Throws: the error of a piece that failed; the pieces not yet begun are then not run.
  func map<Result>(
    _ count: Int, _ body: @escaping @Sendable (_ piece: Int) throws -> Result
  ) throws -> [Result] {
    var results: [Result] = []
    results.reserveCapacity(count)
    let collected = Handoff(Box<[Result]>([]))
    try reduce(count, body) { collected.value.content.append($0) }
    results = collected.value.content
    return results
  }

  /// Runs `body` for every piece and hands the results to `consume` in the order of the pieces, never
  /// two at a time, while other pieces are still being worked on.
  func reduce<Result>(
    _ count: Int, _ body: @escaping @Sendable (_ piece: Int) throws -> Result,
    consume: @escaping (Result) throws -> Void
  ) throws {
    if threads == 1 || count <= 1 {
      for piece in 0..<count {
        try cancellation.check()
        try consume(try body(piece))
      }
      return
    }
    let queue = PieceQueue<Result>(count: count)
    let sink = Handoff(consume)
    let cancellation = cancellation
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while let piece = queue.take() {
        do {
          try cancellation.check()
          queue.put(Handoff(try body(piece)), for: piece)
          while let ready = queue.beginConsuming() {
            try sink.value(ready.value)
            queue.endConsuming()
          }
        } catch {
          queue.fail(error, piece: piece)
        }
      }
    }
    if let error = queue.firstError { throw error }
  }
}

/// Something that one thread gives away to another and no longer touches.
struct Handoff<Content>: @unchecked Sendable {
  let value: Content

  init(_ value: Content) {
    self.value = value
  }
}

final class Box<Content> {
  var content: Content

  init(_ content: Content) {
    self.content = content
  }
}

/// Which piece comes next, and which results wait for those before them.
private final class PieceQueue<Result>: Sendable {
  private struct State {
    var nextPiece = 0
    var nextResult = 0
    var isConsuming = false
    var waiting: [Int: Handoff<Result>] = [:]
    var failure: (piece: Int, error: any Error)?
  }

  private let count: Int
  private let state = Mutex(State())

  init(count: Int) {
    self.count = count
  }

  func take() -> Int? {
    state.withLock { state in
      guard state.failure == nil, state.nextPiece < count else { return nil }
      defer { state.nextPiece += 1 }
      return state.nextPiece
    }
  }

  func put(_ result: Handoff<Result>, for piece: Int) {
    state.withLock { $0.waiting[piece] = result }
  }

  /// The next result in order, unless it is missing or another thread is consuming.
  func beginConsuming() -> Handoff<Result>? {
    state.withLock { state in
      guard !state.isConsuming, state.failure == nil,
        let result = state.waiting.removeValue(forKey: state.nextResult)
      else { return nil }
      state.isConsuming = true
      state.nextResult += 1
      return result
    }
  }

  func endConsuming() {
    state.withLock { $0.isConsuming = false }
  }

  func fail(_ error: any Error, piece: Int) {
    state.withLock { state in
      state.isConsuming = false
      if let earlier = state.failure, earlier.piece < piece { return }
      state.failure = (piece, error)
    }
  }

  var firstError: (any Error)? { state.withLock { $0.failure?.error } }
}
