//! A model with all its defaults applied: what the expansions are written from.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Type, Visibility};

use crate::attr::{
    self, CheckAttr, ColumnsAttr, FieldAttrs, ForeignKeyOptions, ForeignKeysAttr, MessageAttr, ModelAttrs,
    QueryAttr, RenamedFromAttr,
};
use crate::base::{self, Base, Key, Maker};
use crate::case;
use crate::errors::Errors;
use crate::krate::Facade;
use crate::types::{self, Known};

/// A model.
pub(crate) struct Model {
    pub(crate) base: &'static Base,
    /// The path of `__private`.
    pub(crate) private: TokenStream,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) table: Table,
    pub(crate) bind_key: Option<LitStr>,
    pub(crate) new: Ident,
    pub(crate) changeset: Ident,
    /// The struct of a primary key of several columns.
    pub(crate) id: Ident,
    /// Whether the model itself is to be serialized, and where that was asked for.
    pub(crate) serialize: Option<Span>,
    /// In the order of the table: the key, the user's, those of an audited base.
    pub(crate) columns: Vec<Column>,
    pub(crate) uniques: Vec<Constraint>,
    pub(crate) indexes: Vec<Constraint>,
    pub(crate) checks: Vec<CheckAttr>,
    /// The foreign keys that the struct says; those of a field are with it.
    pub(crate) foreign_keys: Vec<ForeignKey>,
    /// By what an upsert finds a row, and where that was said.
    pub(crate) match_fields: Option<(Span, Vec<usize>)>,
    pub(crate) messages: Vec<MessageAttr>,
    pub(crate) query: Option<QueryAttr>,
    /// What the table was called before.
    pub(crate) renamed_from: Option<RenamedFromAttr>,
    /// What the struct says that is about writing rows.
    pub(crate) about_writing: Vec<(&'static str, Span)>,
}

/// The table of a model.
pub(crate) struct Table {
    /// The name in the database.
    pub(crate) sql_name: String,
    /// The path of the module that `table!` makes.
    pub(crate) path: TokenStream,
    /// The module's name, where it is generated; `None` where an existing one was adopted.
    pub(crate) module: Option<Ident>,
}

/// A column of a model.
pub(crate) struct Column {
    pub(crate) field: Ident,
    pub(crate) vis: Visibility,
    pub(crate) ty: Type,
    pub(crate) nullable: bool,
    /// What the inner type is, where that can be told from its name.
    pub(crate) known: Option<Known>,
    pub(crate) role: Role,
    /// What makes its values where none are given, for a key that its base makes.
    pub(crate) maker: Option<Maker>,
    /// The name in the database.
    pub(crate) sql_name: String,
    /// The column's name in the table's module.
    pub(crate) ident: Ident,
    /// The name of its handle, as in `Author::NAME`.
    pub(crate) handle: Ident,
    /// The names outside: in serialized and in deserialized payloads.
    pub(crate) output_name: String,
    pub(crate) input_name: String,
    /// The place in the struct.
    pub(crate) declared: usize,
    pub(crate) attrs: FieldAttrs,
}

/// What Alchemy does with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Data,
    Key,
    /// Kept by Alchemy; the variant of `ColumnRole`.
    Audit(&'static str),
    Version,
    DeletedAt,
    Slug,
    /// Nothing is done with it: the model's rows can only be read.
    ReadOnly,
}

/// A foreign key of several columns.
pub(crate) struct ForeignKey {
    pub(crate) columns: Vec<usize>,
    pub(crate) target: Path,
    pub(crate) fields: Vec<Ident>,
    pub(crate) options: ForeignKeyOptions,
}

/// A unique constraint or an index: indexes of columns.
pub(crate) struct Constraint {
    pub(crate) name: Option<LitStr>,
    pub(crate) columns: Vec<usize>,
}

impl Model {
    /// Resolves a struct. `None` where there is nothing a model could be made from.
    pub(crate) fn resolve(
        input: &DeriveInput,
        base: &'static Base,
        facade: Facade,
        errors: &mut Errors,
    ) -> Option<Self> {
        let attrs = ModelAttrs::parse(&input.attrs, errors);
        let fields = named_fields(input, base.derive, errors)?;
        if !input.generics.params.is_empty() {
            errors.at(
                &input.generics,
                "a model cannot be generic",
                "derive the base on a struct for each table",
            );
            return None;
        }
        let table = Table::resolve(&attrs, &input.ident);
        let rename = attr::rename_all(&input.attrs);
        let mut columns: Vec<_> = fields
            .iter()
            .enumerate()
            .map(|(at, field)| Column::resolve(field, at, base, &table, &rename, errors))
            .collect();
        columns.sort_by_key(|column| (column.role.rank(), column.declared));
        let about_writing = attrs.about_writing();
        let uniques = constraints(&columns, attrs.uniques, FieldAttrs::unique_span, errors);
        let indexes = constraints(&columns, attrs.indexes, |attrs| attrs.index, errors);
        let foreign_keys =
            attrs.foreign_keys.into_iter().map(|key| ForeignKey::resolve(key, &columns, errors)).collect();
        let match_fields = attrs
            .match_fields
            .map(|attr| (attr.word.span(), places(&columns, &attr.columns, &attr.word.to_string(), errors)));
        let name = input.ident.unraw();
        let named = |prefix: &str, suffix: &str| Ident::new(&format!("{prefix}{name}{suffix}"), name.span());
        Some(Self {
            base,
            private: facade.private(attrs.krate.as_ref()),
            vis: input.vis.clone(),
            ident: input.ident.clone(),
            table,
            bind_key: attrs.bind_key,
            new: attrs.new.unwrap_or_else(|| named("New", "")),
            changeset: attrs.changeset.unwrap_or_else(|| named("", "Changeset")),
            id: attrs.id.unwrap_or_else(|| named("", "Id")),
            serialize: attrs.serialize,
            columns,
            uniques,
            indexes,
            checks: attrs.checks,
            foreign_keys,
            match_fields,
            messages: attrs.messages,
            query: attrs.query,
            renamed_from: attrs.renamed_from,
            about_writing,
        })
    }

    /// The struct's name, as the user says it.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The primary key's columns, which are the first ones.
    pub(crate) fn keys(&self) -> &[Column] {
        let count = self.columns.iter().take_while(|column| column.role == Role::Key).count();
        &self.columns[..count]
    }

    /// The place of the column that a slug is made of.
    pub(crate) fn slug_source(&self) -> Option<usize> {
        let slug = self.columns.iter().find_map(|column| column.attrs.slug.as_ref())?;
        self.columns.iter().position(|column| column.field == slug.from)
    }

    /// The columns with their places in the metadata.
    pub(crate) fn indexed(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate()
    }

    /// The columns in the order in which Diesel reads them: that of the table, which for an adopted one is known to
    /// the struct alone.
    pub(crate) fn in_diesel_order(&self) -> Vec<&Column> {
        let mut columns: Vec<_> = self.columns.iter().collect();
        if self.table.module.is_none() {
            columns.sort_by_key(|column| column.declared);
        }
        columns
    }

    /// A column of the table's module.
    pub(crate) fn path_of(&self, column: &Column) -> TokenStream {
        let (table, ident) = (&self.table.path, &column.ident);
        quote!(#table::#ident)
    }

    /// The SQL type of a column, by a path that is good beside the struct.
    pub(crate) fn sql_type(&self, column: &Column) -> TokenStream {
        if self.table.module.is_none() {
            let path = self.path_of(column);
            return quote!(<#path as ::diesel::Expression>::SqlType);
        }
        match &column.attrs.sql_type {
            Some(path) if !types::is_diesels(path) => column.with_null(path, &quote!(#path)),
            _ => column.plain_sql_type(),
        }
    }
}

impl Table {
    fn resolve(attrs: &ModelAttrs, ident: &Ident) -> Self {
        let name = |fallback: String| attrs.table.as_ref().map_or(fallback, LitStr::value);
        let span = attrs.table.as_ref().map_or_else(|| ident.span(), LitStr::span);
        if let Some(path) = &attrs.schema {
            let last = path.segments.last().map(|segment| segment.ident.unraw().to_string());
            let sql_name = name(last.unwrap_or_default());
            return Self { sql_name, path: quote!(#path), module: None };
        }
        let sql_name = name(case::table_name(&ident.unraw().to_string()));
        let module = module_name(&sql_name, span);
        Self { sql_name, path: quote!(#module), module: Some(module) }
    }
}

impl Column {
    fn resolve(
        field: &syn::Field,
        declared: usize,
        base: &Base,
        table: &Table,
        rename: &attr::SerdeName<case::RenameRule>,
        errors: &mut Errors,
    ) -> Self {
        // Only structs with named fields get here.
        let ident = field.ident.clone().unwrap_or_else(|| Ident::new("_unnamed", Span::call_site()));
        let name = ident.unraw().to_string();
        let attrs = FieldAttrs::parse(&field.attrs, errors);
        let inner = types::option_inner(&field.ty);
        let own_name = attr::rename(&field.attrs);
        let outside = |own: Option<String>, rule: Option<case::RenameRule>| {
            own.unwrap_or_else(|| rule.map_or_else(|| name.clone(), |rule| rule.field(&name)))
        };
        let column = attrs.column.as_ref().map(|column| (column.value(), column.span()));
        let role = Role::of(&name, base, &attrs);
        let key = base.key_field().filter(|_| role == Role::Key);
        Self {
            vis: field.vis.clone(),
            ty: field.ty.clone(),
            nullable: inner.is_some(),
            known: types::known(inner.unwrap_or(&field.ty)),
            role,
            maker: key.map(|key| key.maker),
            ident: match &column {
                // An adopted table's module knows its columns by names of its own.
                Some((column, span)) if table.module.is_none() => identifier(column, *span),
                _ => ident.clone(),
            },
            sql_name: column.map_or_else(|| name.clone(), |(column, _)| column),
            handle: Ident::new(&name.to_uppercase(), ident.span()),
            output_name: outside(own_name.serialize, rename.serialize),
            input_name: outside(own_name.deserialize, rename.deserialize),
            field: ident,
            declared,
            attrs,
        }
    }

    /// The column's name in the database, as an expression.
    pub(crate) fn name_tokens(&self, model: &Model) -> TokenStream {
        if model.table.module.is_some() {
            let name = &self.sql_name;
            return quote!(#name);
        }
        let path = model.path_of(self);
        quote!(<#path as __private::diesel::Column>::NAME)
    }

    /// The SQL type where it is one of Diesel's. A type that nothing is known of is taken for an enum stored as text.
    pub(crate) fn plain_sql_type(&self) -> TokenStream {
        let given = self.attrs.sql_type.as_ref().and_then(|path| path.get_ident());
        let known = self.known.map_or("Text", |known| known.sql);
        let ident = given.cloned().unwrap_or_else(|| types::sql_ident(known));
        let sql_type = quote!(::diesel::sql_types::#ident);
        if self.nullable { quote!(::diesel::sql_types::Nullable<#sql_type>) } else { sql_type }
    }

    /// An SQL type that the user gave by its path, nullable where the field is.
    pub(crate) fn with_null(&self, path: &Path, sql_type: &TokenStream) -> TokenStream {
        let is_nullable = path.segments.last().is_some_and(|last| last.ident == "Nullable");
        if self.nullable && !is_nullable {
            quote!(::diesel::sql_types::Nullable<#sql_type>)
        } else {
            sql_type.clone()
        }
    }

    /// Whether the type is only taken for text.
    pub(crate) fn is_presumed_text(&self) -> bool {
        self.known.is_none() && self.attrs.sql_type.is_none()
    }

    /// The variant of `ColumnKind`, as an expression.
    pub(crate) fn kind(&self) -> TokenStream {
        match &self.attrs.sql_type {
            Some(path) => {
                let kind = Ident::new(types::kind_of_sql_type(path), Span::call_site());
                quote!(__private::ColumnKind::#kind)
            }
            None => {
                let ty = &self.ty;
                quote!(<#ty as __private::FieldType>::KIND)
            }
        }
    }

    /// Whether its values are surely `String`s.
    pub(crate) fn is_string(&self) -> bool {
        self.known.is_some_and(Known::is_text)
    }

    /// Whether a new row may come without a value of its own.
    pub(crate) fn has_default(&self) -> bool {
        self.attrs.default.is_some() || self.attrs.db_default.is_some()
    }

    /// Whether it is part of what a create takes: given from outside, or filled in by the program.
    pub(crate) fn in_new(&self) -> bool {
        match self.role {
            Role::Key => true,
            Role::Data | Role::Slug => self.is_creatable() || self.attrs.default.is_some(),
            Role::Audit(_) | Role::Version | Role::DeletedAt | Role::ReadOnly => false,
        }
    }

    /// Whether it may be given at creation.
    pub(crate) fn is_creatable(&self) -> bool {
        matches!(self.role, Role::Data | Role::Key | Role::Slug) && self.attrs.skip_create.is_none()
    }

    /// Whether it may be changed by an update, or for a version be what the update was made of.
    pub(crate) fn is_updatable(&self) -> bool {
        matches!(self.role, Role::Data | Role::Version | Role::Slug) && self.attrs.skip_update.is_none()
    }

    /// Whether it is an `Option` more in what a create takes: `None` is "not given".
    pub(crate) fn may_be_unset(&self) -> bool {
        self.maker.is_some() || self.role == Role::Slug || self.has_default()
    }

    /// The most characters, as far as that can be told.
    pub(crate) fn max_length(&self) -> Option<u32> {
        match &self.attrs.max_length {
            Some(length) => Some(length.base10_parse().unwrap_or(u32::MAX)),
            None => (self.role == Role::Slug).then_some(SLUG_LENGTH),
        }
    }

    /// Whether a create cannot do without it.
    pub(crate) fn is_required(&self) -> bool {
        self.in_new() && !self.nullable && !self.may_be_unset()
    }
}

/// The characters of a slug where nothing else is said.
const SLUG_LENGTH: u32 = 100;

impl Role {
    fn of(field: &str, base: &Base, attrs: &FieldAttrs) -> Self {
        let is_key = match &base.key {
            Key::Field(key) => key.field == field,
            Key::Marked => attrs.primary_key.is_some(),
            Key::None => return Self::ReadOnly,
        };
        if is_key {
            return Self::Key;
        }
        if let Some(&(_, role)) = base::AUDIT.iter().find(|(name, _)| base.audited && *name == field) {
            return Self::Audit(role);
        }
        if attrs.version.is_some() {
            Self::Version
        } else if attrs.soft_delete.is_some() {
            Self::DeletedAt
        } else if attrs.slug.is_some() {
            Self::Slug
        } else {
            Self::Data
        }
    }

    /// The order of columns in the table.
    fn rank(self) -> usize {
        match self {
            Self::Key => 0,
            Self::Data | Self::Version | Self::DeletedAt | Self::Slug | Self::ReadOnly => 1,
            Self::Audit(role) => {
                2 + base::AUDIT.iter().position(|(_, other)| *other == role).unwrap_or_default()
            }
        }
    }
}

impl ForeignKey {
    fn resolve(attr: ForeignKeysAttr, columns: &[Column], errors: &mut Errors) -> Self {
        let ForeignKeysAttr { word, columns: names, target, fields, options } = attr;
        let found = places(columns, &names, "foreign_key", errors);
        if !fields.is_empty() && fields.len() != names.len() {
            errors.at(
                &word,
                format_args!("{} columns refer to {} fields", names.len(), fields.len()),
                "name as many in `fields(…)` as in `columns(…)`, or leave `fields` out for the primary key",
            );
        }
        Self { columns: found, target, fields, options }
    }
}

/// The fields of a struct that has names for them.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    errors: &mut Errors,
) -> Option<Vec<&'a syn::Field>> {
    let found = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(fields.named.iter().collect()),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    errors.at(
        &input.ident,
        format_args!("`{derive}` cannot be derived for {found}"),
        format_args!("derive it for a struct with named fields: `struct {} {{ … }}`", input.ident),
    );
    None
}

/// The constraints of the struct and those of single fields.
fn constraints(
    columns: &[Column],
    attrs: Vec<ColumnsAttr>,
    single: fn(&FieldAttrs) -> Option<Span>,
    errors: &mut Errors,
) -> Vec<Constraint> {
    let mut constraints: Vec<_> = (0..columns.len())
        .filter(|&at| single(&columns[at].attrs).is_some())
        .map(|at| Constraint { name: None, columns: vec![at] })
        .collect();
    for attr in attrs {
        let places = places(columns, &attr.columns, &attr.word.to_string(), errors);
        constraints.push(Constraint { name: attr.name, columns: places });
    }
    constraints
}

/// The places of the columns that an attribute names.
fn places(columns: &[Column], fields: &[Ident], word: &str, errors: &mut Errors) -> Vec<usize> {
    let mut places = Vec::with_capacity(fields.len());
    for field in fields {
        match columns.iter().position(|column| column.field == *field) {
            Some(at) if places.contains(&at) => errors.at(
                field,
                format_args!("`{field}` is named twice"),
                format_args!("name each field once: `{word}(first, second)`"),
            ),
            Some(at) => places.push(at),
            None => errors.at(
                field,
                format_args!("there is no field `{field}`"),
                format_args!("the fields are {}", Listed(columns)),
            ),
        }
    }
    places
}

/// The fields' names, for messages.
pub(crate) struct Listed<'a>(pub(crate) &'a [Column]);

impl std::fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, column) in self.0.iter().enumerate() {
            write!(f, "{}`{}`", if at == 0 { "" } else { ", " }, column.field.unraw())?;
        }
        Ok(())
    }
}

/// A module for a table of any name.
fn module_name(table: &str, span: Span) -> Ident {
    let name: String = table
        .chars()
        .map(|char| if char.is_ascii_alphanumeric() || char == '_' { char } else { '_' })
        .collect();
    identifier(&name, span)
}

/// A name as an identifier, raw where it is a keyword, with an underscore in front where it is none at all.
fn identifier(name: &str, span: Span) -> Ident {
    let raw = format!("r#{name}");
    let mut ident =
        syn::parse_str::<Ident>(name).or_else(|_| syn::parse_str::<Ident>(&raw)).unwrap_or_else(|_| {
            Ident::new(&format!("_{}", name.replace(|c: char| !c.is_alphanumeric(), "_")), span)
        });
    ident.set_span(span);
    ident
}

/// The handle of a column that another derive knows only by the field's name.
pub(crate) fn handle_of(field: &str, span: Span) -> Ident {
    Ident::new(&field.to_uppercase(), span)
}
