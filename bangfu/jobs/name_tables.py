"""The characters that invented names are made of: common ones, and rare ones that break software.

Surnames carry rough shares in a thousand. Names of places and organisations say nothing of any
real place.
"""

from __future__ import annotations

from collections.abc import Mapping

_COMMON = (
    "王 72 李 71 张 67 刘 53 陈 45 杨 31 黄 22 赵 21 吴 20 周 19 徐 17 孙 15 马 13 朱 12 胡 12 "
    "郭 11 何 11 林 11 罗 10 高 10 郑 9 梁 8 谢 7 宋 7 唐 7 许 6 韩 6 邓 6 冯 6 曹 6 彭 6 曾 6 "
    "肖 6 田 5 董 5 袁 5 潘 5 于 5 蒋 5 蔡 5 余 4 杜 4 叶 4 程 4 苏 4 魏 4 吕 4 丁 4 任 4 沈 4 "
    "姚 4 卢 4 姜 4 崔 4 钟 3 谭 3 陆 3 汪 3 范 3 金 3 石 3 廖 3 贾 3 夏 3 韦 3 付 3 方 3 白 3 "
    "邹 3 孟 3 熊 3 秦 3 邱 3 江 3 尹 2 薛 2 闫 2 段 2 雷 2 侯 2 龙 2 史 2 陶 2 黎 2 贺 2 顾 2 "
    "毛 2 郝 2 龚 2 邵 2 万 2 钱 2 严 2 覃 2 武 2 戴 2 莫 2 孔 2 向 2 汤 2 欧阳 1 司马 1 上官 1 "
    "诸葛 1 仝 1 亓 1 逄 1 卞 1 戢 1"
)


def _shares(text: str) -> Mapping[str, int]:
    parts = text.split()
    return {name: int(share) for name, share in zip(parts[::2], parts[1::2], strict=True)}


SURNAMES = _shares(_COMMON)

#: Of a given name the first character, by sex (GB/T 2261.1).
GIVEN_ONE: Mapping[str, str] = {
    "1": "建国志明文永小大德福春海军伟强勇刚平东庆光天成家俊浩宇子泽世正立新兴长有金玉学树",
    "2": "秀桂玉丽淑春小美红艳雪慧雅晓梦思佳欣雨子金凤兰玲翠彩爱巧月静婷琴素惠贵冬菊云香",
}
#: The second character, by sex.
GIVEN_TWO: Mapping[str, str] = {
    "1": "国华军平林生明强辉斌涛杰峰龙飞鹏宁东波山贵才发财祥友根民海洋轩然博豪宸鑫权义礼",
    "2": "英兰芳梅珍霞莲香花琴芬玲娟萍燕云丽敏静娜婷颖妮涵怡萱琪瑶洁艳红蓉菊凤仙娥翠娇媛",
}
#: Characters that narrow character sets lack or that readers seldom know; 𬭎 and 𪟝 lie beyond
#: the basic plane.
RARE = "喆昇珺祎堃犇垚淼焱鑫翀旻赟昳玥璟祺頔彧赑𬭎𪟝䶮"
DOTTED_FIRST: Mapping[str, tuple[str, ...]] = {
    "1": ("艾山", "吐尔逊", "阿力木", "卡德尔", "玉素甫"),
    "2": ("古丽", "阿依努尔", "帕丽达", "热娜", "阿米娜"),
}
DOTTED_LAST = ("买买提", "艾合买提", "依明", "司马义", "吐尔地")

_PLACE_FIRST = "青石白云长清东南新桥上下柳松竹梅桃杏泉溪"
_PLACE_LAST = "坪湾岭沟岔河坝垭洼塬坡台滩"
PLACE_NAMES = tuple(
    first + last
    for turn in range(len(_PLACE_LAST))
    for place, first in enumerate(dict.fromkeys(_PLACE_FIRST))
    for last in (_PLACE_LAST[(place + turn) % len(_PLACE_LAST)],)
)

#: Kind, the first two characters of its credit codes, and what its names end in.
ORGANISATION_KINDS = (
    ("bureau", "11", ("卫生健康局", "民政局", "农业农村局", "教育局", "财政局", "镇人民政府")),
    ("county_hospital", "12", ("人民医院", "中医医院")),
    ("county_health_unit", "12", ("妇幼保健院", "疾病预防控制中心")),
    ("township_hospital", "12", ("中心卫生院", "卫生院")),
    ("school", "12", ("中心小学", "初级中学", "高级中学", "职业技术学校")),
    ("enterprise", "91", ("农业开发有限公司", "商贸有限公司", "建筑工程有限公司")),
    ("enterprise", "93", ("种植专业合作社", "养殖专业合作社", "中药材专业合作社")),
    ("association", "51", ("计划生育协会", "志愿者协会")),
    ("village_committee", "54", ("村民委员会",)),
)
