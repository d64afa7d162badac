"""Documents 材料."""

from bangfu.ledger.vocabulary.words import book, code, day, fields, number, one, text
from bangfu.programmes.kinds import Kind, Label

STATES = book(draft=("草稿", "Draft"), issued=("已印发", "Issued"))

KIND = Kind(
    name="document",
    label=Label("材料", "Document"),
    nature="event",
    model="Document",
    fields=fields(
        day("date", "日期", "Date", "印发日期"),
        code("name", "材料种类", "Kind"),
        text("title", "标题", "Title"),
        code("status", "状态", "State", codes=STATES),
        number("year", "年度", "Year"),
        number("number", "期号", "Number"),
        one("corrects", "更正", "Corrects", to="document"),
    ),
    purpose=Label("对外报送材料", "Papers handed up"),
)
