//! A model with all its defaults applied: what the expansions are written from.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, LitStr, Path, Type, Visibility};

use crate::attr::{self, CheckAttr, ColumnsAttr, FieldAttrs, ModelAttrs};
use crate::base::{self, Base};
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
    /// Whether the model itself is to be serialized, and where that was asked for.
    pub(crate) serialize: Option<Span>,
    /// In the order of the table: the key, the user's, those of an audited base.
    pub(crate) columns: Vec<Column>,
    pub(crate) uniques: Vec<Constraint>,
    pub(crate) indexes: Vec<Constraint>,
    pub(crate) checks: Vec<CheckAttr>,
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
        let uniques = constraints(&columns, attrs.uniques, |attrs| attrs.unique, errors);
        let indexes = constraints(&columns, attrs.indexes, |attrs| attrs.index, errors);
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
            serialize: attrs.serialize,
            columns,
            uniques,
            indexes,
            checks: attrs.checks,
        })
    }

    /// The struct's name, as the user says it.
    pub(crate) fn name(&self) -> String {
        self.ident.unraw().to_string()
    }

    /// The primary key's column.
    pub(crate) fn key(&self) -> Option<&Column> {
        self.columns.iter().find(|column| column.role == Role::Key)
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
        Self {
            vis: field.vis.clone(),
            ty: field.ty.clone(),
            nullable: inner.is_some(),
            known: types::known(inner.unwrap_or(&field.ty)),
            role: Role::of(&name, base),
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
            Role::Data => self.is_creatable() || self.attrs.default.is_some(),
            Role::Audit(_) => false,
        }
    }

    /// Whether it may be given at creation.
    pub(crate) fn is_creatable(&self) -> bool {
        !matches!(self.role, Role::Audit(_)) && self.attrs.skip_create.is_none()
    }

    /// Whether it may be changed by an update.
    pub(crate) fn is_updatable(&self) -> bool {
        self.role == Role::Data && self.attrs.skip_update.is_none()
    }

    /// Whether it is an `Option` more in what a create takes: `None` is "not given".
    pub(crate) fn may_be_unset(&self) -> bool {
        self.role == Role::Key || self.has_default()
    }

    /// Whether a create cannot do without it.
    pub(crate) fn is_required(&self) -> bool {
        self.in_new() && !self.nullable && !self.may_be_unset()
    }
}

impl Role {
    fn of(field: &str, base: &Base) -> Self {
        if field == base.key.field {
            return Self::Key;
        }
        let audit = base::AUDIT.iter().find(|(name, _)| base.audited && *name == field);
        audit.map_or(Self::Data, |&(_, role)| Self::Audit(role))
    }

    /// The order of columns in the table.
    fn rank(self) -> usize {
        match self {
            Self::Key => 0,
            Self::Data => 1,
            Self::Audit(role) => {
                2 + base::AUDIT.iter().position(|(_, other)| *other == role).unwrap_or_default()
            }
        }
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
        let mut indexes = Vec::with_capacity(attr.columns.len());
        for field in &attr.columns {
            match columns.iter().position(|column| column.field == *field) {
                Some(at) if indexes.contains(&at) => errors.at(
                    field,
                    format_args!("`{field}` is named twice"),
                    format_args!("name each field once: `{}(first, second)`", attr.word),
                ),
                Some(at) => indexes.push(at),
                None => errors.at(
                    field,
                    format_args!("there is no field `{field}`"),
                    format_args!("the fields are {}", Listed(columns)),
                ),
            }
        }
        constraints.push(Constraint { name: attr.name, columns: indexes });
    }
    constraints
}

/// The fields' names, for messages.
struct Listed<'a>(&'a [Column]);

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
