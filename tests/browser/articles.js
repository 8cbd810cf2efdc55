/*
 * articles.js - articles about nothing, for the tests. Towns, papers and people are invented.
 */
import { readFileSync } from 'node:fs';

const PAPERS = ['云川日报', '云川晚报', '岚河早报'];
const SECTIONS = ['要闻', '经济', '城事', '文化'];
const TOWNS = ['青禾', '石渡', '竹湾', '白沙', '松岭', '鹤鸣', '柳溪'];

/** @param {number} n */
function two(n) {
    return String(n).padStart(2, '0');
}

/*
 * n characters that no other article has in this order: what is told in the same words twice
 * would be folded as a reprint.
 */
const POOL = '春夏秋冬山水田林木石花草鸟鱼云雨风雪星月东西南北上下左右远近高低长短新旧冷暖明暗';

/** @param {number} seed @param {number} n */
function chatter(seed, n) {
    let state = (seed * 2654435761 + 12345) >>> 0;
    let text = '';
    for (let i = 0; i < n; i++) {
        state = (state * 1664525 + 1013904223) >>> 0;
        text += POOL[(state >>> 8) % POOL.length];
    }
    return text;
}

/** Sixty articles over five years; all say 灯塔, a third 渡轮 too. */
export function archive() {
    const articles = [];
    for (let i = 0; i < 60; i++) {
        const town = TOWNS[i % TOWNS.length];
        const paragraphs = [
            `本报讯 ${town}灯塔昨日完成第${i + 1}次检修，值守人员更换了镜片和备用电源，航标恢复正常发光。`,
            `据介绍，${town}灯塔建成已有${20 + i}年，塔高三十一米，灯光射程十八海里，夜间为过往船只指引航向。`,
            `当地渔民说，浓雾天里只要看见灯光，心里就踏实。${chatter(i, 240)}。`,
        ];
        if (i % 3 === 0) {
            paragraphs.push(`${town}渡轮公司表示，检修期间班次照常，乘客可在码头查询时刻表。`);
        }
        articles.push({
            id: `lamp/${two(i)}`,
            title: `${town}灯塔完成第${i + 1}次检修`,
            date: `${2018 + Math.floor(i / 12)}-${two(1 + (i % 12))}-${two(1 + (i % 27))}`,
            source: PAPERS[i % PAPERS.length],
            section: SECTIONS[i % SECTIONS.length],
            page: two(1 + (i % 8)),
            author: i % 2 ? '周明' : '陈听雨',
            url: `https://paper.example/lamp/${i}`,
            paragraphs,
        });
    }
    return [...articles, ...partly(), ...hostile()];
}

/** One story in three papers, and one about the same thing in other words. */
export function story() {
    const told = `昨日清晨，一头须鲸在鹤鸣湾浅滩搁浅。${chatter(5000, 150)}。渔民和消防员合力，趁涨潮把它送回深海。`;
    const other = `须鲸为什么会搁浅？鹤鸣海洋站的研究员说，多半是追着鱼群走错了路。${chatter(6000, 150)}。`;
    return [...PAPERS, '海洋周刊'].map((source, i) => ({
        id: `whale/${i}`,
        title: i < 3 ? '须鲸搁浅鹤鸣湾' : '须鲸为什么搁浅',
        date: `2023-05-0${i + 1}`,
        source,
        paragraphs: [i < 3 ? `${['', '本报讯 ', '综合消息 '][i]}${told}` : other],
    }));
}

/** As they were printed; one line of each may begin a paragraph, or not. */
export function doubtful() {
    return ['parted', 'joined'].map((name) => ({
        id: `doubtful/${name}`,
        text: readFileSync(new URL(`../fixtures/doubtful/${name}.txt`, import.meta.url), 'utf8'),
    }));
}

/** What matches “风筝 节 游客” more or less. */
function partly() {
    const texts = [
        ['松岭风筝节开幕', '松岭风筝节昨日开幕，首日迎来游客两万人。'],
        ['海边看风筝', '海边的风筝高高低低，孩子们追着线跑。'],
        ['游客中心扩建', '竹湾游客中心扩建工程完工，新增停车位三百个。'],
    ];
    return texts.map(([title, text], i) => ({
        id: `kite/${i}`,
        title,
        date: `2022-04-0${i + 1}`,
        source: PAPERS[i],
        paragraphs: [text],
    }));
}

/** Texts that would run if they were not shown as text. */
function hostile() {
    const attack = '<script>window.hacked = 1</script>"><img src=x onerror="window.hacked = 2">';
    return [
        {
            id: 'hostile/"><img src=x onerror=hacked>/一',
            title: `蜃楼 ${attack}`,
            date: '2021-07-01',
            source: `晨报<b>${attack}`,
            section: "'><svg onload=window.hacked=3>",
            author: '"onmouseover="window.hacked=4',
            page: '<i>1',
            url: 'javascript:window.hacked=5',
            paragraphs: [
                `蜃楼之说 ${attack} &lt;b&gt; &amp; javascript:window.hacked=6`,
                '<mark>蜃楼</mark>不是标记',
            ],
        },
    ];
}

/** So many articles with one word that pages end before they do. @param {number} n */
export function many(n) {
    return Array.from({ length: n }, (_, i) => ({
        id: `many/${i}`,
        title: `第${i}号航标`,
        date: `${1950 + (i % 70)}-${two(1 + (i % 12))}`,
        source: PAPERS[i % PAPERS.length],
        paragraphs: [`航标第${i}号例行检查，一切正常。${chatter(1000 + i, 60)}。`],
    }));
}
