import Dispatch
import Synchronization

/// Takes items from one source, works on them with several threads, and hands the results over in the
/// order of the items.
///
///     source ──(one thread at a time)──> work ──(any thread)──> body ──(the caller, in order)
///
/// Whichever thread is free asks the source, so reading and working share the threads without a thread of
/// their own. At most two items per thread are under way or waiting.
struct OrderedPipeline {
  let threads: Int

  /// - Throws: what `source` or `work` throws, after the results before it; what `body` throws.
  func run<Item: Sendable, Result: Sendable>(
    source: () throws -> Item?, work: @escaping @Sendable (consuming Item) throws -> Result,
    body: (Result) throws -> Void
  ) throws {
    try withoutActuallyEscaping(source) { source in
      let line = AssemblyLine(threads: threads, source: source, work: work)
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
// SAFETY of the conformance: `source` is called only under `sourceLock` and dropped when no worker is left;
// `taken` is the calling thread's; all other state is in `state`.
private final class AssemblyLine<Item: Sendable, Result: Sendable>: @unchecked Sendable {
  private enum Outcome {
    case result(Result)
    case failure(any Error)
    case end
  }

  private struct State {
    var outcomes: [Int: Outcome] = [:]
    var isStopped = false
  }

  private let threads: Int
  private var source: (() throws -> Item?)?
  private let work: @Sendable (consuming Item) throws -> Result
  private let sourceLock = Mutex<Int>(0)
  private let state = Mutex(State())
  private let places: DispatchSemaphore
  private let arrivals = DispatchSemaphore(value: 0)
  private var taken = 0

  init(
    threads: Int, source: @escaping () throws -> Item?,
    work: @escaping @Sendable (consuming Item) throws -> Result
  ) {
    self.threads = threads
    self.source = source
    self.work = work
    // Begun at zero and raised: a semaphore may not end its life below the value it began with.
    places = DispatchSemaphore(value: 0)
    for _ in 0..<(2 * threads) { places.signal() }
  }

  func runWorker() {
    while true {
      places.wait()
      if state.withLock(\.isStopped) { return }
      var number = 0
      var item: Item?
      do {
        item = try sourceLock.withLock { next in
          number = next
          next += 1
          return state.withLock(\.isStopped) ? nil : try source?()
        }
        // Taken out of the variable, so that `work` holds it alone.
        guard let taken = item.take() else { return deliver(.end, number) }
        deliver(.result(try work(taken)), number)
      } catch {
        return deliver(.failure(error), number)
      }
    }
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
      places.signal()
      switch outcome {
      case .result(let result): return result
      case .failure(let error): throw error
      case .end: return nil
      }
    }
  }

  /// Lets go of the source, which must not outlive the call; once no worker runs.
  func forgetSource() { source = nil }

  func stop() {
    state.withLock { $0.isStopped = true }
    for _ in 0..<threads { places.signal() }
  }
}
