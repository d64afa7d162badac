"""What the journal calls each action, for people to read."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programmes.kinds import Label


def _book(**said: tuple[str, str]) -> dict[str, Label]:
    return {word.replace("__", ".", 1): Label(*label) for word, label in said.items()}


VERBS: Mapping[str, Label] = _book(
    activity__record=("登记工作记录", "recorded an activity"),
    activity__correct=("更正工作记录", "corrected an activity"),
    activity__withdraw=("撤回工作记录", "took back an activity"),
    bulk__people=("批量登记户和人员", "registered households in bulk"),
    bulk__deeds=("批量登记工作记录", "recorded activities in bulk"),
    class__give=("归类", "gave a class"),
    class__end=("终止归类", "ended a class"),
    class__undo=("撤回归类", "took back a class"),
    consent__give=("登记同意", "wrote down a consent"),
    consent__withdraw=("登记撤回同意", "wrote down that a consent was withdrawn"),
    document__draft=("起草材料", "drafted a paper"),
    document__edit=("修改草稿", "edited a draft"),
    document__discard=("放弃草稿", "discarded a draft"),
    document__issue=("印发材料", "issued a paper"),
    enrolment__take_in=("纳入", "took a subject in"),
    enrolment__leave=("退出", "let a subject leave"),
    enrolment__withdraw=("撤回纳入", "took back an enrolment"),
    entry__promise=("登记承诺", "wrote down a promise"),
    entry__receive=("登记到账", "wrote down money received"),
    entry__pay=("登记支出", "wrote down a payment"),
    entry__counter=("冲销收支", "countered an entry"),
    example__enter=("录入演示例子", "entered a worked example"),
    fund__open_all=("开立资金", "opened the funds"),
    grant__give=("授予角色", "gave a role"),
    grant__revoke=("收回角色", "took a role back"),
    health__note=("记健康明细", "noted health detail"),
    health__look=("查看健康明细", "looked at health detail"),
    household__register=("登记户", "registered a household"),
    household__update=("更新户信息", "updated a household"),
    keys__rotate=("更换主密钥", "sealed anew under the present master key"),
    measure__plan_all=("列出措施", "planned the measures"),
    measure__drop=("取消措施", "dropped measures"),
    measure__link=("措施对应需求", "linked a measure to a need"),
    measure__set_owner=("定责任单位", "named the owner of a measure"),
    measure__progress=("报措施进展", "reported progress of a measure"),
    need__raise_=("提出需求", "raised a need"),
    need__assign=("交办需求", "assigned a need"),
    need__close=("办结需求", "closed a need"),
    need__confirm=("确认办结", "confirmed a need"),
    need__reveal=("查看需求原话", "opened the sealed words of a need"),
    organisation__register=("登记单位", "registered an organisation"),
    organisation__update=("更新单位", "updated an organisation"),
    pairing__make=("结对", "made a pairing"),
    pairing__end=("终止结对", "ended a pairing"),
    pairing__undo=("撤回结对", "took back a pairing"),
    pairing__hand_over=("移交结对", "handed a pairing over"),
    pairing__change_mode=("更换结对方式", "changed the mode of pairing"),
    person__register=("登记人员", "registered a person"),
    person__update=("更新人员信息", "updated a person"),
    person__correct=("更正人员信息", "corrected a person"),
    person__reveal=("查看加密信息", "opened a sealed field"),
    place__add=("新增区划", "added a place"),
    place__load=("载入区划表", "loaded the table of places"),
    place__rename=("区划更名", "renamed a place"),
    place__move=("区划调整", "moved a place"),
    place__add_alias=("登记区划别名", "added a name of a place"),
    place__end=("撤销区划", "ended a place"),
    post__appoint=("任职", "appointed to a post"),
    post__correct=("更正任职", "corrected a post"),
    post__leave=("免职", "ended a post"),
    programme__start=("启动活动", "started a programme"),
    programme__replace=("更换活动方案", "put a new version of a programme in force"),
    programme__set_owner=("定活动主办单位", "named the owner of a programme"),
    site__register=("登记场所", "registered a site"),
    statistic__state=("登记统计值", "stated a statistic"),
    statistic__correct=("更正统计值", "corrected a statistic"),
    subject__as_subject=("地方列为对象", "made a place a subject"),
    subject__rename=("更名", "renamed a subject"),
    subject__move=("迁移", "moved a subject"),
    subject__erase=("删除个人信息", "erased a subject"),
    user__create=("开设账户", "made an account"),
    user__set_password=("重设密码", "set a password"),
    user__reset_second_factor=("取消双重验证", "took a second factor away"),
    user__close=("停用账户", "closed an account"),
)

#: The doors through which something came in.
DOORS: Mapping[str, Label] = _book(
    desk=("桌面", "desk"),
    field=("手机", "phone"),
    public=("公众页面", "public page"),
    api=("接口", "API"),
    command=("命令行", "command line"),
    intake=("表格导入", "upload"),
)
