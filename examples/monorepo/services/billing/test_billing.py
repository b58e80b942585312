"""The billing service works: before `ssot-lint fix`, and after it."""

from billing.invoices import bill, correct, pay


def test_every_order_gets_an_invoice():
    invoices = bill({"order_1": 500, "order_2": 700})

    assert [one.order_id for one in invoices] == ["order_1", "order_2"]
    assert len({one.invoice_id for one in invoices}) == 2


def test_a_correction_is_an_invoice_of_its_own():
    (wrong,) = bill({"order_1": 500})
    right = correct(wrong, 400)

    assert right.order_id == wrong.order_id
    assert right.invoice_id != wrong.invoice_id
    assert right.invoice_id.startswith("inv_")


def test_a_payment_names_its_invoice():
    (invoice,) = bill({"order_1": 500})

    assert pay(invoice)["invoice_id"] == invoice.invoice_id
    assert pay(invoice)["payment_id"].startswith("pay_")
