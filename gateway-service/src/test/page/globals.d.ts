/** The libraries, which are scripts and not modules. */
declare var markdownit: any;
declare var DOMPurify: any;
declare var hljs: any;
declare var trustedTypes: any;
