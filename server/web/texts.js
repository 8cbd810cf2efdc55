/*
 * texts.js - what the search box says, in three languages, and how dates and pages are written.
 */

/** @typedef {'zh-Hans' | 'zh-Hant' | 'en'} Language */

const HANS = {
    search: '检索',
    placeholder: '检索报纸文章',
    box: '检索词',
    list: '建议与结果',
    suggestions: '建议',
    articles: '文章',
    recent: '最近检索',
    clear: '清除记录',
    all: (/** @type {string} */ n) => `查看全部结果（${n}）`,
    found: (/** @type {string} */ n) => `找到 ${n}`,
    articleCount: (/** @type {string} */ n) => `${n} 篇`,
    paragraphCount: (/** @type {string} */ n) => `${n} 段`,
    atLeast: (/** @type {string} */ n) => `至少 ${n}`,
    about: (/** @type {string} */ n) => `约 ${n}`,
    nothing: '没有找到匹配的文章',
    waiting: '检索中……',
    retry: '重试',
    untitled: '（无标题）',
    paragraph: (/** @type {number} */ n) => `第 ${n} 段`,
    page: (/** @type {string} */ p) => `第 ${p} 版`,
    failures: {
        network: '无法连接检索服务，请检查网络后重试。',
        timeout: '检索服务没有及时回应，请重试。',
        busy: '检索服务正忙，请稍后重试。',
        denied: '没有检索权限：访问令牌缺失或无效。',
        missing: '没有找到所要的内容。',
        unready: '检索服务尚未就绪，请稍后重试。',
        noIndex: '还没有可供检索的索引：请检索服务的管理员先建立索引。',
        otherIndex: '索引由另一版本的程序建立，无法使用：请检索服务的管理员重新建立索引。',
        badIndex: '索引已损坏：请检索服务的管理员重新建立索引，或恢复备份。',
        refused: '检索条件有误。',
        server: '检索服务出错，请重试。',
    },
};

/** @typedef {typeof HANS} Texts */

/** @type {Texts} */
const HANT = {
    search: '檢索',
    placeholder: '檢索報紙文章',
    box: '檢索詞',
    list: '建議與結果',
    suggestions: '建議',
    articles: '文章',
    recent: '最近檢索',
    clear: '清除記錄',
    all: (n) => `查看全部結果（${n}）`,
    found: (n) => `找到 ${n}`,
    articleCount: (n) => `${n} 篇`,
    paragraphCount: (n) => `${n} 段`,
    atLeast: (n) => `至少 ${n}`,
    about: (n) => `約 ${n}`,
    nothing: '沒有找到匹配的文章',
    waiting: '檢索中……',
    retry: '重試',
    untitled: '（無標題）',
    paragraph: (n) => `第 ${n} 段`,
    page: (p) => `第 ${p} 版`,
    failures: {
        network: '無法連接檢索服務，請檢查網路後重試。',
        timeout: '檢索服務沒有及時回應，請重試。',
        busy: '檢索服務正忙，請稍後重試。',
        denied: '沒有檢索權限：存取權杖缺失或無效。',
        missing: '沒有找到所要的內容。',
        unready: '檢索服務尚未就緒，請稍後重試。',
        noIndex: '還沒有可供檢索的索引：請檢索服務的管理員先建立索引。',
        otherIndex: '索引由另一版本的程式建立，無法使用：請檢索服務的管理員重新建立索引。',
        badIndex: '索引已損壞：請檢索服務的管理員重新建立索引，或還原備份。',
        refused: '檢索條件有誤。',
        server: '檢索服務出錯，請重試。',
    },
};

/** @type {Texts} */
const EN = {
    search: 'Search',
    placeholder: 'Search newspaper articles',
    box: 'Search terms',
    list: 'Suggestions and results',
    suggestions: 'Suggestions',
    articles: 'Articles',
    recent: 'Recent searches',
    clear: 'Clear history',
    all: (n) => `All results (${n})`,
    found: (n) => `Found ${n}`,
    articleCount: (n) => (n === '1' ? '1 article' : `${n} articles`),
    paragraphCount: (n) => (n === '1' ? '1 paragraph' : `${n} paragraphs`),
    atLeast: (n) => `at least ${n}`,
    about: (n) => `about ${n}`,
    nothing: 'No article matches',
    waiting: 'Searching…',
    retry: 'Try again',
    untitled: '(untitled)',
    paragraph: (n) => `paragraph ${n}`,
    page: (p) => `page ${p}`,
    failures: {
        network: 'The search service cannot be reached. Check the network and try again.',
        timeout: 'The search service did not answer in time. Try again.',
        busy: 'The search service is busy. Try again in a moment.',
        denied: 'Not allowed to search: the access token is missing or not valid.',
        missing: 'There is nothing at this address.',
        unready: 'The search service is not ready yet. Try again in a moment.',
        noIndex: 'There is no index to search in yet: whoever runs the service has to build one.',
        otherIndex:
            'The index was built by another version of the service: whoever runs the service has to build it anew.',
        badIndex: 'The index is damaged: whoever runs the service has to build it anew, or restore a backup.',
        refused: 'The search could not be understood.',
        server: 'The search service failed. Try again.',
    },
};

const TEXTS = { 'zh-Hans': HANS, 'zh-Hant': HANT, en: EN };

/**
 * The language that comes nearest to a tag of BCP 47.
 *
 * @param {string} tag  such as zh-TW
 * @returns {Language}
 */
export function languageOf(tag) {
    if (/^zh-(hant|tw|hk|mo)/i.test(tag)) {
        return 'zh-Hant';
    }
    return /^zh/i.test(tag) || tag === '' ? 'zh-Hans' : 'en';
}

/** @param {Language} language */
export function textsOf(language) {
    return TEXTS[language];
}

/**
 * @param {Language} language
 * @param {number} n
 */
export function formatNumber(language, n) {
    return n.toLocaleString(language === 'en' ? 'en' : 'zh');
}

/**
 * A number of hits, as honest as the server was.
 *
 * @param {Language} language
 * @param {{value: number, relation: string}} total
 * @param {string} [unit]
 */
export function formatTotal(language, total, unit = 'article') {
    const t = TEXTS[language];
    const n = formatNumber(language, total.value);
    const counted = unit === 'paragraph' ? t.paragraphCount(n) : t.articleCount(n);
    if (total.relation === 'gte') {
        return t.atLeast(counted);
    }
    return total.relation === 'approx' ? t.about(counted) : counted;
}

/**
 * @param {Language} language
 * @param {string} date  YYYY, YYYY-MM, YYYY-MM-DD or empty
 */
export function formatDate(language, date) {
    const [year, month, day] = date.split('-').map(Number);
    if (!year || Number.isNaN(year)) {
        return date;
    }
    if (language === 'en') {
        /** @type {Intl.DateTimeFormatOptions} */
        const parts = { year: 'numeric', timeZone: 'UTC' };
        if (month) {
            parts.month = 'long';
        }
        if (day) {
            parts.day = 'numeric';
        }
        const moment = new Date(0);
        moment.setUTCFullYear(year, (month || 1) - 1, day || 1);
        return moment.toLocaleDateString('en', parts);
    }
    return `${year}年${month ? `${month}月` : ''}${day ? `${day}日` : ''}`;
}

/**
 * Where an article was printed: date, paper, page.
 *
 * @param {Language} language
 * @param {{date: string, source: string, page: string}} facts
 * @returns {string[]}  without what is not known
 */
export function formatFacts(language, facts) {
    const page = facts.page && TEXTS[language].page(facts.page.replace(/^0+(?=\d)/, ''));
    return [formatDate(language, facts.date), facts.source, page].filter(Boolean);
}
