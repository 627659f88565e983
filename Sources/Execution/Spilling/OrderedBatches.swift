import Columns
import Dispatch
import Synchronization

extension ExecutionContext {
  /// Hands over all batches of a prepared operator in the order of its pieces, never two at a time, while
  /// other threads compute what comes later. Of that, no more is kept waiting than a part of the memory.
  ///
  /// - Throws: what computing a batch throws when its turn has come, and what `body` throws.
  func forEachBatch(
    of input: PhysicalOperator, _ body: (_ piece: Int, _ batch: Batch) throws -> Void
  ) throws {
    let cancellation = options.cancellation
    guard options.threads > 1, input.pieceCount > 1 else {
      for piece in 0..<input.pieceCount {
        let stream = try input.open(piece: piece)
        while let batch = try stream.next() {
          try cancellation.check()
          try body(piece, batch)
        }
      }
      return
    }
    try withoutActuallyEscaping(body) { body in
      let queue = OrderedBatches(
        pieceCount: input.pieceCount, limit: budget.share, cancellation, body)
      DispatchQueue.concurrentPerform(iterations: min(options.threads, input.pieceCount)) { _ in
        while let piece = queue.take() { queue.work(on: piece, of: input) }
      }
      if let error = queue.error { throw error }
    }
  }
}

/// The batches that wait until those of earlier pieces have been handed over.
private final class OrderedBatches: @unchecked Sendable {
  private struct State {
    var nextPiece = 0
    /// The first piece that has not been handed over to its end; the thread that works on it hands
    /// over, or else the one that has handed over the piece before.
    var current = 0
    var waiting: [Int: [Batch]] = [:]
    var waitingBytes = 0
    /// Pieces that are computed but not handed over, with the error at their end.
    var finished: [Int: (any Error)?] = [:]
    var error: (any Error)?
    var isOver = false
    var sleepers: [DispatchSemaphore] = []
  }

  private let state = Mutex(State())
  private let pieceCount: Int
  private let limit: Int
  private let cancellation: CancellationToken
  private let body: (_ piece: Int, _ batch: Batch) throws -> Void

  init(
    pieceCount: Int, limit: Int, _ cancellation: CancellationToken,
    _ body: @escaping (_ piece: Int, _ batch: Batch) throws -> Void
  ) {
    self.pieceCount = pieceCount
    self.limit = limit
    self.cancellation = cancellation
    self.body = body
  }

  var error: (any Error)? { state.withLock { $0.error } }

  func take() -> Int? {
    state.withLock { state in
      guard !state.isOver, state.nextPiece < pieceCount else { return nil }
      defer { state.nextPiece += 1 }
      return state.nextPiece
    }
  }

  func work(on piece: Int, of input: PhysicalOperator) {
    do {
      let stream = try input.open(piece: piece)
      while let batch = try stream.next() {
        guard try put(batch, piece) else { return }
      }
      finish(piece, nil)
    } catch {
      finish(piece, error)
    }
  }

  /// Hands over a batch, or has it wait; false when nothing more is wanted.
  private func put(_ batch: Batch, _ piece: Int) throws -> Bool {
    let bytes = batch.byteCount
    while true {
      try cancellation.check()
      enum Turn { case handOver([Batch]), done, over, wait(DispatchSemaphore) }
      let turn = state.withLock { state -> Turn in
        if state.isOver { return .over }
        if piece == state.current { return .handOver(Self.takeWaiting(piece, &state)) }
        if state.waitingBytes + bytes <= limit {
          state.waiting[piece, default: []].append(batch)
          state.waitingBytes += bytes
          return .done
        }
        let sleeper = DispatchSemaphore(value: 0)
        state.sleepers.append(sleeper)
        return .wait(sleeper)
      }
      switch turn {
      case .over: return false
      case .done: return true
      case .wait(let sleeper): _ = sleeper.wait(timeout: .now() + .milliseconds(20))
      case .handOver(let earlier):
        for batch in earlier + [batch] { try body(piece, batch) }
        return true
      }
    }
  }

  private static func takeWaiting(_ piece: Int, _ state: inout State) -> [Batch] {
    let batches = state.waiting.removeValue(forKey: piece) ?? []
    state.waitingBytes -= batches.reduce(0) { $0 + $1.byteCount }
    wake(&state)
    return batches
  }

  private static func wake(_ state: inout State) {
    for sleeper in state.sleepers { sleeper.signal() }
    state.sleepers = []
  }

  /// Ends a piece; hands over what waits behind it where that is complete.
  private func finish(_ piece: Int, _ error: (any Error)?) {
    let isTurn = state.withLock { state in
      if error != nil { state.nextPiece = pieceCount }
      if piece != state.current { state.finished.updateValue(error, forKey: piece) }
      return piece == state.current && !state.isOver
    }
    guard isTurn else { return }
    var ended: (any Error)? = error
    var current = piece
    while true {
      do {
        let earlier = state.withLock { Self.takeWaiting(current, &$0) }
        for batch in earlier { try body(current, batch) }
      } catch {
        ended = error
      }
      if let ended { return stop(ended) }
      let next = state.withLock { state -> (piece: Int, error: (any Error)?)? in
        state.current += 1
        Self.wake(&state)
        guard let error = state.finished.removeValue(forKey: state.current) else { return nil }
        return (state.current, error)
      }
      guard let next else { return }
      current = next.piece
      ended = next.error
    }
  }

  private func stop(_ error: any Error) {
    state.withLock { state in
      state.error = state.error ?? error
      state.isOver = true
      Self.wake(&state)
    }
  }
}
