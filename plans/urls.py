"""The addresses of plans; every one is in the URL × role × method test."""

from django.urls import path, re_path

from plans.views import (
    annex,
    approval,
    binding,
    checklist,
    comments,
    council,
    downloads,
    editing,
    editions,
    facts,
    figures,
    findings,
    history,
    impact,
    jobs,
    left,
    lists,
    panel,
    patches,
    pictures,
    plans,
    presence,
    printed,
    published,
    redline,
    replacing,
    review,
    revisions,
    search,
    section_findings,
    sections,
    shortcuts,
    structure,
    tables,
    waivers,
)

app_name = "plans"

urlpatterns = [
    path("", lists.plan_list, name="list"),
    path("council/look/", council.council_look, name="council"),
    path("plans/start/", lists.plan_start, name="start"),
    path("plans/shortcuts/", shortcuts.shortcut_list, name="shortcuts"),
    path("plans/import/", lists.plan_import, name="import"),
    path("plans/<int:pk>/", plans.plan_detail, name="detail"),
    path("plans/<int:pk>/facts/", facts.plan_facts, name="facts"),
    path("plans/<int:pk>/people/", structure.plan_people, name="people"),
    path("plans/<int:pk>/due/", structure.plan_due, name="due"),
    path("plans/<int:pk>/structure/", structure.plan_structure, name="structure"),
    path("plans/<int:pk>/history/", history.plan_history, name="history"),
    path("plans/<int:pk>/findings/", findings.plan_findings, name="findings"),
    path("plans/<int:pk>/findings/bind/", binding.plan_bind, name="bind"),
    path("plans/<int:pk>/findings/annex/", annex.plan_annex, name="annex"),
    path("plans/<int:pk>/findings/waive/", waivers.finding_waive, name="waive"),
    path("plans/<int:pk>/waivers/<int:waiver_pk>/end/", waivers.waiver_end, name="end_waiver"),
    path("plans/<int:pk>/left/", left.plan_left, name="left"),
    path("plans/<int:pk>/checklist/", checklist.plan_checklist, name="checklist"),
    path("plans/<int:pk>/checklist/tick/", checklist.checklist_tick, name="checklist_tick"),
    path("plans/<int:pk>/checklist/untick/", checklist.checklist_untick, name="checklist_untick"),
    path("plans/<int:pk>/search/", search.plan_search, name="search"),
    path("plans/<int:pk>/preview/", plans.plan_preview, name="preview"),
    path("plans/<int:pk>/data/", plans.plan_data, name="data"),
    path("plans/<int:pk>/compare/", redline.plan_compare, name="compare"),
    path("plans/<int:pk>/compare/page/", redline.compare_page, name="compare_page"),
    path("plans/<int:pk>/compare/print/", redline.compare_print, name="compare_print"),
    path("plans/<int:pk>/replace/", replacing.plan_replace, name="replace"),
    path("plans/<int:pk>/download/", downloads.plan_download, name="download"),
    path(
        "plans/<int:pk>/versions/<int:number>/download/",
        downloads.version_download,
        name="version_download",
    ),
    path("plans/<int:pk>/print/", downloads.plan_print, name="print"),
    path("plans/<int:pk>/sections/<int:section_pk>/", sections.section_detail, name="section"),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/edit/", editing.section_edit, name="section_edit"
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/here/",
        presence.section_here,
        name="section_here",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/save/", patches.section_save, name="section_save"
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/derived/",
        patches.section_derived,
        name="section_derived",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/findings/",
        section_findings.section_findings,
        name="section_findings",
    ),
    path("plans/<int:pk>/sections/<int:section_pk>/impact/", impact.section_impact, name="impact"),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/resolve/",
        editing.section_resolve,
        name="section_resolve",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/rename/",
        sections.section_rename,
        name="section_rename",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/status/",
        sections.section_status,
        name="section_status",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/revisions/",
        revisions.section_revisions,
        name="section_revisions",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/compare/",
        revisions.section_compare,
        name="section_compare",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/restore/<int:number>/",
        revisions.section_restore,
        name="section_restore",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/undo/<int:first>/<int:last>/",
        revisions.section_undo,
        name="section_undo",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/export/",
        tables.section_export,
        name="section_export",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/import/",
        tables.section_import,
        name="section_import",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/assign/",
        structure.section_assign,
        name="section_assign",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/move/",
        structure.section_move,
        name="section_move",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/remove/",
        structure.section_remove,
        name="section_remove",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/bring-back/",
        structure.section_bring_back,
        name="section_bring_back",
    ),
    path("plans/<int:pk>/figures/", figures.figure_list, name="figures"),
    re_path(  # a name may hold whatever a reference may, line ends among it
        r"^plans/(?P<pk>\d+)/figures/(?P<name>[\s\S]+)/$", figures.figure_detail, name="figure"
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/last-year/",
        panel.section_last_year,
        name="section_last_year",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/example/",
        panel.section_example,
        name="section_example",
    ),
    path(
        "plans/<int:pk>/sections/<int:section_pk>/printed/",
        printed.section_printed,
        name="section_printed",
    ),
    re_path(
        r"^plans/(?P<pk>\d+)/sections/(?P<section_pk>\d+)"
        r"/printed/(?P<digest>[0-9a-f]{64})/(?P<number>\d{1,4})/$",
        printed.section_printed_page,
        name="section_printed_page",
    ),
    path("plans/<int:pk>/sections/<int:section_pk>/comments/", comments.comments, name="comments"),
    path("plans/<int:pk>/comments/", comments.plan_comments, name="plan_comments"),
    path("plans/<int:pk>/comments/<int:comment_pk>/", comments.comment, name="comment"),
    path(
        "plans/<int:pk>/comments/<int:comment_pk>/reply/",
        comments.comment_reply,
        name="comment_reply",
    ),
    path(
        "plans/<int:pk>/comments/<int:comment_pk>/edit/", comments.comment_edit, name="comment_edit"
    ),
    path(
        "plans/<int:pk>/comments/<int:comment_pk>/remove/",
        comments.comment_remove,
        name="comment_remove",
    ),
    path(
        "plans/<int:pk>/comments/<int:comment_pk>/resolve/",
        comments.comment_resolve,
        name="comment_resolve",
    ),
    path(
        "plans/<int:pk>/comments/<int:comment_pk>/reopen/",
        comments.comment_reopen,
        name="comment_reopen",
    ),
    path("plans/<int:pk>/pictures/", pictures.picture_list, name="pictures"),
    path("plans/<int:pk>/pictures/add/", pictures.picture_add, name="picture_add"),
    path(
        "plans/<int:pk>/pictures/<int:picture_pk>/remove/",
        pictures.picture_remove,
        name="picture_remove",
    ),
    re_path(
        r"^plans/(?P<pk>\d+)/pictures/(?P<digest>[0-9a-f]{64})/$",
        pictures.picture_file,
        name="picture",
    ),
    path("plans/<int:pk>/review/", review.plan_review, name="review"),
    path("plans/<int:pk>/review/approve/", review.plan_approve, name="approve"),
    path("plans/<int:pk>/review/return/", review.plan_return, name="return"),
    path("plans/<int:pk>/actions/<slug:action>/", approval.plan_action, name="action"),
    path("plans/<int:pk>/versions/", approval.version_list, name="versions"),
    path("plans/<int:pk>/versions/<int:number>/", approval.version_detail, name="version"),
    path(
        "plans/<int:pk>/versions/<int:number>/findings/",
        annex.version_findings,
        name="version_findings",
    ),
    path("plans/<int:pk>/versions/<int:number>/data/", approval.version_data, name="version_data"),
    path(
        "plans/<int:pk>/versions/<int:number>/print/", downloads.version_print, name="version_print"
    ),
    path("plans/<int:pk>/editions/<int:number>/", editions.edition_detail, name="edition"),
    path("plans/<int:pk>/editions/<int:number>/page/", editions.edition_page, name="edition_page"),
    path(
        "plans/<int:pk>/editions/<int:number>/look.css", editions.edition_look, name="edition_look"
    ),
    path(
        "plans/<int:pk>/editions/<int:number>/files/<slug:fmt>/",
        editions.edition_file,
        name="edition_file",
    ),
    path("published/", published.published_list, name="published_list"),
    path("published/<slug:council>/", published.published_council, name="published_council"),
    path("published/<int:pk>/<slug:slug>/", published.published, name="published"),
    path(
        "published/<int:pk>/<slug:slug>/edition-<int:number>/",
        published.published_edition,
        name="published_edition",
    ),
    path(
        "published/<int:pk>/<slug:slug>/edition-<int:number>/look.css",
        published.published_look,
        name="published_look",
    ),
    path(
        "published/<int:pk>/<slug:slug>/edition-<int:number>/files/<slug:fmt>/",
        published.published_file,
        name="published_file",
    ),
    re_path(
        r"^published/(?P<pk>\d+)/(?P<slug>[-\w]+)/edition-(?P<number>\d+)"
        r"/pictures/(?P<digest>[0-9a-f]{64})/$",
        published.published_picture,
        name="published_picture",
    ),
    path("plans/<int:pk>/jobs/<int:job_pk>/", jobs.job_detail, name="job"),
    path("plans/<int:pk>/jobs/<int:job_pk>/file/", jobs.job_file, name="job_file"),
    path("plans/<int:pk>/jobs/<int:job_pk>/cancel/", jobs.job_cancel, name="job_cancel"),
    path("plans/<int:pk>/jobs/<int:job_pk>/retry/", jobs.job_retry, name="job_retry"),
]
