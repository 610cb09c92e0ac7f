"""Pages of the clinical record. Billers and the front desk can open none of them."""
