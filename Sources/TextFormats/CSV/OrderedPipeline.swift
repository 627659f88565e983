import Dispatch
import Synchronization

/// Takes items from one source, works on them with several threads, and hands the results over in the
/// order of the items.
///
///     source ──(one thread at a time)──> work ──(any thread)──> body ──(the caller, in order)
///
/// Whichever thread is free asks the source, so reading and working share the threads without a thread of
/// their own, and it reads a little ahead, so that a thread that finds another one reading has an item to
/// work on. At most ``itemsPerThread`` items per thread are under way or waiting, fewer where some are
/// larger than others.
struct OrderedPipeline {
  let threads: Int
  /// So many that the threads have work while the caller has its hands full, as with the row group that
  /// it writes now and then.
  static let itemsPerThread = 32
  /// How many items per thread are read before their turn.
  static let readAheadPerThread = 2

  /// - Parameter weight: for how many items of usual size one counts.
  /// - Throws: what `source` or `work` throws, after the results before it; what `body` throws.
  func run<Item: Sendable, Result: Sendable>(
    source: () throws -> Item?, weight: @escaping @Sendable (borrowing Item) -> Int = { _ in 1 },
    work: @escaping @Sendable (consuming Item) throws -> Result,
    body: (Result) throws -> Void
  ) throws {
    guard threads > 1 else {
      while let item = try source() { try body(work(item)) }
      return
    }
    try withoutActuallyEscaping(source) { source in
      let line = AssemblyLine(threads: threads, source: source, weight: weight, work: work)
      let workers = DispatchGroup()
      let queue = DispatchQueue(label: "pipeline", attributes: .concurrent)
      for _ in 0..<threads { queue.async(group: workers) { line.runWorker() } }
      defer {
        line.stop()
        workers.wait()
        line.forgetSource()
      }
      while let result = try line.next() { try body(result) }
    }
  }
}

/// What the threads of a pipeline share.
// SAFETY of the conformance: `source` is called only by the worker that set `isReading` and dropped when no
// worker is left; `taken` is the calling thread's; all other state is in `state`.
private final class AssemblyLine<Item: Sendable, Result: Sendable>: @unchecked Sendable {
  private struct NumberedItem {
    let number: Int
    let item: Item
    let weight: Int
  }

  private enum Outcome {
    case result(Result, weight: Int)
    case failure(any Error)
    case end
  }

  /// What a worker does next.
  private enum Step {
    case read(number: Int)
    case work(number: Int, item: Item, weight: Int)
    case wait
    case leave
  }

  private struct State {
    /// Read, and not yet taken by a worker; in order.
    var readAhead: [NumberedItem] = []
    var outcomes: [Int: Outcome] = [:]
    /// The places for items; below zero after an item that is heavier than what was left.
    var places: Int
    var itemsRead = 0
    var isReading = false
    var isAtEnd = false
    var isStopped = false
    /// The workers that wait for ``AssemblyLine/changes``.
    var waiting = 0
  }

  private let threads: Int
  private var source: (() throws -> Item?)?
  private let weight: @Sendable (borrowing Item) -> Int
  private let work: @Sendable (consuming Item) throws -> Result
  private let state: Mutex<State>
  private let changes = DispatchSemaphore(value: 0)
  private let arrivals = DispatchSemaphore(value: 0)
  private var taken = 0

  init(
    threads: Int, source: @escaping () throws -> Item?,
    weight: @escaping @Sendable (borrowing Item) -> Int,
    work: @escaping @Sendable (consuming Item) throws -> Result
  ) {
    self.threads = threads
    self.source = source
    self.weight = weight
    self.work = work
    state = Mutex(State(places: OrderedPipeline.itemsPerThread * threads))
  }

  func runWorker() {
    while true {
      switch nextStep() {
      case .read(let number): read(number)
      case .work(let number, let item, let weight):
        do {
          // Given away, so that `work` holds it alone.
          deliver(.result(try work(consume item), weight: weight), number)
        } catch {
          deliver(.failure(error), number)
        }
      case .wait: changes.wait()
      case .leave: return
      }
    }
  }

  private func nextStep() -> Step {
    state.withLock { state in
      if state.isStopped { return .leave }
      let hasRoom = state.readAhead.count < OrderedPipeline.readAheadPerThread * threads
      if !state.isReading, !state.isAtEnd, hasRoom, state.places > 0 {
        state.isReading = true
        state.places -= 1
        return .read(number: state.itemsRead)
      }
      if !state.readAhead.isEmpty {
        let next = state.readAhead.removeFirst()
        return .work(number: next.number, item: next.item, weight: next.weight)
      }
      if state.isAtEnd { return .leave }
      state.waiting += 1
      return .wait
    }
  }

  private func read(_ number: Int) {
    do {
      guard let item = try source?() else { return endReading(.end, number) }
      let heavy = max(1, weight(item))
      change { state in
        state.places -= heavy - 1
        state.itemsRead += 1
        state.isReading = false
        state.readAhead.append(NumberedItem(number: number, item: item, weight: heavy))
      }
    } catch {
      endReading(.failure(error), number)
    }
  }

  private func endReading(_ outcome: Outcome, _ number: Int) {
    change { state in
      state.isReading = false
      state.isAtEnd = true
    }
    deliver(outcome, number)
  }

  /// Changes the state, and has the waiting workers look at it again.
  private func change(_ body: (inout State) -> Void) {
    let waiting = state.withLock { state in
      body(&state)
      defer { state.waiting = 0 }
      return state.waiting
    }
    for _ in 0..<waiting { changes.signal() }
  }

  private func deliver(_ outcome: Outcome, _ number: Int) {
    state.withLock { $0.outcomes[number] = outcome }
    arrivals.signal()
  }

  /// The next result in order, for the calling thread only.
  func next() throws -> Result? {
    while true {
      let outcome = state.withLock { $0.outcomes.removeValue(forKey: taken) }
      guard let outcome else {
        arrivals.wait()
        continue
      }
      taken += 1
      switch outcome {
      case .result(let result, let weight):
        change { $0.places += weight }
        return result
      case .failure(let error): throw error
      case .end: return nil
      }
    }
  }

  /// Lets go of the source, which must not outlive the call; once no worker runs.
  func forgetSource() { source = nil }

  func stop() { change { $0.isStopped = true } }
}
