import Dispatch
import Synchronization

/// Takes items from one source, works on them with several threads, and hands the results over in the
/// order of the items.
///
///     source ──(one thread at a time)──> work ──(any thread)──> body ──(the caller, in order)
///
/// Whichever thread is free asks the source, so reading and working share the threads without a thread of
/// their own. At most ``itemsPerThread`` items per thread are under way or waiting, fewer where some are
/// larger than others.
struct OrderedPipeline {
  let threads: Int
  /// So many that the threads have work while the caller has its hands full, as with the row group that
  /// it writes now and then.
  static let itemsPerThread = 16

  /// - Parameter weight: for how many items of usual size one counts.
  /// - Throws: what `source` or `work` throws, after the results before it; what `body` throws.
  func run<Item: Sendable, Result: Sendable>(
    source: () throws -> Item?, weight: @escaping @Sendable (borrowing Item) -> Int = { _ in 1 },
    work: @escaping @Sendable (consuming Item) throws -> Result,
    body: (Result) throws -> Void
  ) throws {
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
// SAFETY of the conformance: `source` is called only under `sourceLock` and dropped when no worker is left;
// `taken` is the calling thread's; all other state is in `state`.
private final class AssemblyLine<Item: Sendable, Result: Sendable>: @unchecked Sendable {
  private enum Outcome {
    case result(Result, weight: Int)
    case failure(any Error)
    case end
  }

  private struct State {
    var outcomes: [Int: Outcome] = [:]
    var isStopped = false
  }

  private let threads: Int
  private var source: (() throws -> Item?)?
  private let weight: @Sendable (borrowing Item) -> Int
  private let work: @Sendable (consuming Item) throws -> Result
  private let sourceLock = Mutex<Int>(0)
  private let state = Mutex(State())
  private let places: DispatchSemaphore
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
    // Begun at zero and raised: a semaphore may not end its life below the value it began with.
    places = DispatchSemaphore(value: 0)
    for _ in 0..<(OrderedPipeline.itemsPerThread * threads) { places.signal() }
  }

  /// The most places that one item takes: the others may each hold one while they wait for the source.
  private var heaviest: Int { (OrderedPipeline.itemsPerThread - 1) * threads }

  func runWorker() {
    while true {
      places.wait()
      if state.withLock(\.isStopped) { return }
      var number = 0
      var places = 1
      var item: Item?
      do {
        item = try sourceLock.withLock { next in
          number = next
          next += 1
          guard !state.withLock(\.isStopped), let item = try source?() else { return nil }
          places = max(1, min(weight(item), heaviest))
          // Under the lock, so that no two items wait for what the other one has.
          for _ in 1..<places { self.places.wait() }
          return item
        }
        // Taken out of the variable, so that `work` holds it alone.
        guard let taken = item.take() else { return deliver(.end, number) }
        deliver(.result(try work(taken), weight: places), number)
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
      switch outcome {
      case .result(let result, let weight):
        for _ in 0..<weight { places.signal() }
        return result
      case .failure(let error): throw error
      case .end: return nil
      }
    }
  }

  /// Lets go of the source, which must not outlive the call; once no worker runs.
  func forgetSource() { source = nil }

  func stop() {
    state.withLock { $0.isStopped = true }
    for _ in 0..<(OrderedPipeline.itemsPerThread * threads) { places.signal() }
  }
}
