/// A row of `bill-charges`: the line items of a bill of one type and part.
struct ChargeLine {
  /// How line items count in the views of the bill.
  enum Part: String {
    case other
    case planUsage = "plan usage"
    case planNegation = "plan negation"
    case planFee = "plan fee"
    case planRefund = "plan refund"
    case reservedUsage = "reserved usage"
    case reservationFee = "reservation fee"
    case upfrontFee = "upfront fee"
    case splitCost = "split cost"

    /// Columns without which the amortized cost of such line items is not known.
    var columns: [String] {
      switch self {
      case .planFee:
        valueColumns + ["savings_plan_amortized_upfront_commitment_for_billing_period"]
      case .reservationFee:
        valueColumns + ["reservation_amortized_upfront_fee_for_billing_period"]
      default: valueColumns
      }
    }

    /// Of those, the ones that each line item fills.
    var valueColumns: [String] {
      switch self {
      case .planUsage: ["savings_plan_savings_plan_effective_cost"]
      case .planFee: ["savings_plan_total_commitment_to_date", "savings_plan_used_commitment"]
      case .reservedUsage: ["reservation_effective_cost"]
      case .reservationFee:
        [
          "reservation_unused_amortized_upfront_fee_for_billing_period",
          "reservation_unused_recurring_fee",
        ]
      case .other, .planNegation, .planRefund, .upfrontFee, .splitCost: []
      }
    }

    static func commitments(isPlan: Bool) -> [Part] {
      isPlan ? [.planUsage, .planFee] : [.reservedUsage, .reservationFee]
    }
  }

  let type: String
  let part: Part
  let lineItems: Int
  let unblended: Double?
  let blended: Double?
  let amortized: Double?
  let trueUp: Double?
  let netUnblended: Double?
  let netAmortized: Double?
  let publicOnDemand: Double?
  let blankBlended: Int
  let blankNet: Int
  let blankAmortized: Int

  init(_ row: ResultRow) {
    type = row.text("line_item_type")
    part = Part(rawValue: row.text("part")) ?? .other
    lineItems = row.count("line_items")
    unblended = row.number("unblended")
    blended = row.number("blended")
    amortized = row.number("amortized")
    trueUp = row.number("true_up")
    netUnblended = row.number("net_unblended")
    netAmortized = row.number("net_amortized")
    publicOnDemand = row.number("public_on_demand")
    blankBlended = row.count("blank_blended")
    blankNet = row.count("blank_net")
    blankAmortized = row.count("blank_amortized")
  }

  var charge: BillProof.Charge {
    BillProof.Charge(
      type: type, part: part == .other ? "" : part.rawValue, lineItems: lineItems,
      billed: unblended ?? 0, amortized: amortized)
  }
}
