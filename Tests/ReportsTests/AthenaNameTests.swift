import Reports
import Testing

@Suite struct AthenaNameTests {
  @Test(arguments: [
    ("identity/LineItemId", "identity_line_item_id"),
    ("lineItem/UnblendedCost", "line_item_unblended_cost"),
    ("lineItem/LineItemType", "line_item_line_item_type"),
    ("reservation/ReservationARN", "reservation_reservation_a_r_n"),
    ("product/maxIopsvolume", "product_max_iopsvolume"),
    ("pricing/publicOnDemandCost", "pricing_public_on_demand_cost"),
    ("resourceTags/user:CostCenter", "resource_tags_user_cost_center"),
    ("resourceTags/aws:createdBy", "resource_tags_aws_created_by"),
    ("costCategory/Charge type", "cost_category_charge_type"),
    ("resourceTags/user:a--b__C", "resource_tags_user_a_b_c"),
    ("resourceTags/user:部署", "resource_tags_user_部署"),
    ("resourceTags/user:Größe ÄrzteZahl", "resource_tags_user_größe_ärzte_zahl"),
    ("line_item_unblended_cost", "line_item_unblended_cost"),
    ("/", ""),
  ])
  func `names are those that AWS gives columns in Athena`(raw: String, expected: String) {
    #expect(AthenaName.of(raw) == expected)
  }
}
