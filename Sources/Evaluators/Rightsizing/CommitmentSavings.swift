/// What moves of servers save after discounts, when commitments cover some of them.
///
/// A commitment is paid for whether it is used or not. What a move frees of it lowers the bill only as far as
/// other servers on demand take it up: those of the same family and region for reservations and EC2 Instance
/// Savings Plans, any for Compute Savings Plans. Inside its family a server takes its commitment along, as far
/// as it still needs it; a move to another family frees the whole of it, and what runs there is on demand.
///
/// Source: Amazon EC2 User Guide, "How Reserved Instances are applied" (size flexibility inside a family); Savings
/// Plans User Guide, "Savings Plan types".
struct CommitmentSavings {
  /// What is done with a server.
  struct Move {
    /// The share of its cost at list prices that is saved; negative where it costs more.
    let share: Double
    /// The family that it moves to; nil where it stays in its own, or stops.
    let family: String?
    /// Dollars an hour of today's type at list prices.
    let price: Double

    static let none = Move(share: 0, family: nil, price: 0)
  }

  /// Dollars a month.
  struct Saving {
    var net: Double
    /// What of commitments is left without use.
    var unused = 0.0
  }

  private let bill: ComputeBill
  private let moves: [String: Move]
  /// Dollars a month that are on demand once all moves are made, by family and region, not yet taken up.
  private var open: [String: Double] = [:]

  /// - Parameter moves: all that is recommended, by server; who is moved away takes nothing up where it was.
  init(_ bill: ComputeBill, moves: [String: Move]) {
    self.bill = bill
    self.moves = moves
    for (server, one) in bill.usage.sorted(by: { $0.key < $1.key }) where !one.isSpot {
      let move = moves[server] ?? .none
      let freed = Freed(one, move, bill.onDemandRate)
      open[CommitmentSavings.pool(move.family ?? one.family, one.region), default: 0] +=
        one.onDemand.cost * (1 - move.share) + freed.newOnDemand
    }
  }

  /// What a server's move saves. What it frees is taken up elsewhere only once.
  ///
  /// - Returns: nil where the server is not on the bill.
  mutating func take(_ server: String) -> Saving? {
    guard let one = bill.usage[server] else { return nil }
    let move = moves[server] ?? .none
    let freed = Freed(one, move, bill.onDemandRate)
    var saving = Saving(net: one.onDemand.cost * move.share - freed.newOnDemand)
    let own = [CommitmentSavings.pool(one.family, one.region)]
    for (part, pools) in [(freed.ofFamily, own), (freed.ofAny, open.keys.sorted())]
    where part.worth > 0 {
      let taken = takeUp(part.worth, from: pools)
      saving.net += taken
      saving.unused += part.cost * (1 - taken / part.worth)
    }
    return saving
  }

  /// What a move saves in a month if nobody takes up what it frees.
  ///
  /// - Returns: nil where no commitment of its family covers the server.
  static func alone(_ move: Move, of server: String, on bill: ComputeBill) -> Double? {
    guard let one = bill.usage[server], one.ofFamily.cost > 0 || one.ofFamily.hours > 0 else {
      return nil
    }
    return one.onDemand.cost * move.share - Freed(one, move, bill.onDemandRate).newOnDemand
  }

  /// Takes up to an amount from what is on demand; the result is what there was.
  private mutating func takeUp(_ amount: Double, from pools: [String]) -> Double {
    var left = amount
    for pool in pools {
      let taken = max(0, min(left, open[pool] ?? 0))
      open[pool, default: 0] -= taken
      left -= taken
    }
    return amount - left
  }

  private static func pool(_ family: String, _ region: String) -> String { family + "|" + region }
}

/// What a move does to the commitments that cover a server; dollars a month.
private struct Freed {
  struct Part {
    /// What is paid for it.
    var cost = 0.0
    /// What it would cost on demand.
    var worth = 0.0
  }

  private(set) var ofFamily = Part()
  private(set) var ofAny = Part()
  /// What was covered, or is more than what is covered, and runs on demand after the move.
  private(set) var newOnDemand = 0.0

  init(_ one: ComputeBill.Usage, _ move: CommitmentSavings.Move, _ rate: Double) {
    let isLeaving = move.family != nil && move.family != one.family
    let family = Freed.worth(one.ofFamily, move, rate)
    if isLeaving {
      ofFamily = Part(cost: one.ofFamily.cost, worth: family)
      newOnDemand += family * (1 - move.share)
    } else if move.share > 0 {
      ofFamily = Part(cost: one.ofFamily.cost * move.share, worth: family * move.share)
    } else {
      newOnDemand -= family * move.share
    }
    let any = Freed.worth(one.ofAny, move, rate)
    if move.share > 0 {
      ofAny = Part(cost: one.ofAny.cost * move.share, worth: any * move.share)
    } else {
      newOnDemand -= any * move.share
    }
  }

  /// What a covered part would cost on demand; what it costs where no list price tells.
  private static func worth(
    _ part: ComputeBill.Part, _ move: CommitmentSavings.Move, _ rate: Double
  ) -> Double {
    let list = part.list > 0 ? part.list : part.hours * move.price
    return list > 0 ? list * rate : part.cost
  }
}
